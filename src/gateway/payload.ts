import * as yup from 'yup';
import { isRecord } from '../record.ts';
import { isTimezone } from '../tenants/timezone.ts';
import { type FieldError, Problem } from './problem.ts';
import { hints, tidyNumber, tidyText, templateFault } from './template.ts';

/** What a webhook asks for, understood: nothing further has to be checked. */
export type Webhook = Readonly<{
  /** The idempotency key; null: none was given. */
  id: string | null;
  personId: string | null;
  email: string | null;
  definitionId: number;
  amount: number;
  /** Everything else in `data`, which goes on to Omneo as it is. */
  fields: Readonly<Record<string, unknown>>;
}>;

/** Fields of a reward that only the gateway may set. */
const owned = ['profile_id', 'external_id', 'value_initial', 'value_remaining'] as const;

/** Levels of nesting in `data`. Klaviyo's events have ten; thousands overflow the stack of JSON.stringify. */
const maxDepth = 32;

/** A rule as yup sees it: the name of a hint, and whether the value is sound. A missing value breaks only `missing`. */
type Rule = readonly [code: keyof typeof hints, sound: (value: unknown) => boolean];

/** Rules of one field, and the same rules compiled: nearly all webhooks are sound, and yup takes ten times as long to see it. */
type Field = Readonly<{ schema: yup.Schema; isSound: (value: unknown) => boolean }>;

function field(required: boolean, ...rules: Rule[]): Field {
  const presence = yup.mixed().test('missing', 'missing', (value) => !required || (value ?? null) !== null);
  const schema = rules.reduce(
    (schema, [code, sound]) => schema.test(code, code, (value) => (value ?? null) === null || sound(value)),
    presence,
  );
  const isSound = (value: unknown): boolean =>
    value === undefined ? !required : value !== null && rules.every(([, sound]) => sound(value));
  return { schema, isSound };
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const unless = (fault: string) => (value: unknown) => !isText(value) || templateFault(value) !== fault;

const template: Rule[] = [
  ['unrendered', unless('unrendered')],
  ['escaped', unless('escaped')],
];
const text: Rule[] = [
  ...template,
  ['not_text', isText],
  ['not_readable', unless('not_readable')],
  ['too_long', (value) => !isText(value) || value.length <= 255],
];
const number: Rule[] = [...template, ['not_a_number', isNumber]];

/** Its schema is the definition, and says what is wrong; `isSound` says the same as it, but only whether. */
function objectOf(fields: Readonly<Record<string, Field>>): Field {
  const entries = Object.entries(fields);
  const schema = yup.object(Object.fromEntries(entries.map(([name, { schema }]) => [name, schema])));
  const isSound = (value: unknown): boolean =>
    isRecord(value) && entries.every(([name, { isSound }]) => isSound(value[name]));
  return { schema, isSound };
}

function webhookOf(identifiers: 'both' | 'any'): Field {
  const both = identifiers === 'both';
  const gatewayOwns = field(false, ['set_by_gateway', () => false]);
  return objectOf({
    id: field(false, ...text),
    person_id: field(both, ...text),
    email: field(both, ...text, [
      'not_an_email',
      (value) => !isText(value) || /^[^\s@]+@[^\s@]+$/.test(value),
    ]),
    data: objectOf({
      reward_definition_id: field(true, ...number, [
        'not_an_id',
        (value) => !isNumber(value) || (Number.isSafeInteger(value) && value > 0),
      ]),
      amount: field(true, ...number, ['not_positive', (value) => !isNumber(value) || value > 0]),
      meta: field(false, ...template, ['not_an_object', isRecord]),
      timezone: field(false, ...template, ['not_a_timezone', (value) => isText(value) && isTimezone(value)]),
      issued_at: field(false, ...template),
      expires_at: field(false, ...template),
      ...Object.fromEntries(owned.map((name) => [name, gatewayOwns])),
    }),
  });
}

/** What is sound once it is tidied, by what `identifiers` says. */
export const webhookRules = Object.freeze({ both: webhookOf('both'), any: webhookOf('any') });

/**
 * Understands the body of a webhook.
 *
 * Klaviyo renders whatever the marketer typed, so numbers may come as clean numeric strings, and a tag without a
 * value as `""` or `None`, which count as missing.
 *
 * @throws Problem `invalid_payload`, naming each field that is wrong and what to do, and no value.
 */
export function parseWebhook(body: unknown, identifiers: 'both' | 'any'): Webhook {
  if (!isRecord(body)) throw invalid([fault('body', 'not_an_object')]);
  const data = body['data'];
  if (!isRecord(data)) throw invalid([fault('data', (data ?? null) === null ? 'missing' : 'not_an_object')]);
  if (isDeeper(data, maxDepth)) throw invalid([fault('data', 'too_deep')]);
  const tidy = {
    id: tidyText(body['id']),
    person_id: tidyText(body['person_id']),
    email: tidyText(body['email']),
    data: tidyData(data),
  };
  const errors = check(tidy, identifiers);
  if (errors.length > 0) throw invalid(errors);
  return toWebhook(tidy, data);
}

type Tidy = Readonly<{ id: unknown; person_id: unknown; email: unknown; data: ReturnType<typeof tidyData> }>;

/** Only the fields that have rules: a yup object chokes on names such as `constructor`. */
function tidyData(data: Readonly<Record<string, unknown>>) {
  const own = (name: string): unknown => (Object.hasOwn(data, name) ? data[name] : undefined);
  return {
    reward_definition_id: tidyNumber(own('reward_definition_id')),
    amount: tidyNumber(own('amount')),
    meta: tidyText(own('meta')),
    timezone: tidyText(own('timezone')),
    issued_at: tidyText(own('issued_at')),
    expires_at: tidyText(own('expires_at')),
    ...Object.fromEntries(owned.filter((name) => Object.hasOwn(data, name)).map((name) => [name, true])),
  };
}

function check(tidy: Tidy, identifiers: 'both' | 'any'): readonly FieldError[] {
  const { schema, isSound } = webhookRules[identifiers];
  const errors = new Map<string, FieldError>();
  try {
    if (!isSound(tidy)) schema.validateSync(tidy, { strict: true, abortEarly: false });
  } catch (error) {
    if (!(error instanceof yup.ValidationError)) throw error;
    for (const { path, type } of error.inner) {
      if (path !== undefined && isHint(type) && !errors.has(path)) errors.set(path, fault(path, type));
    }
  }
  if (tidy.person_id === undefined && tidy.email === undefined && !errors.has('email')) {
    errors.set('email', fault('email', 'nobody'));
  }
  return [...errors.values()];
}

function toWebhook(tidy: Tidy, data: Readonly<Record<string, unknown>>): Webhook {
  const consumed = new Set(['reward_definition_id', 'amount', 'meta', 'timezone']);
  const rest = Object.entries(data).filter(
    ([name, value]) => !consumed.has(name) && !isBlankDate(name, value),
  );
  const { meta, timezone, reward_definition_id: definitionId, amount } = tidy.data;
  return Object.freeze({
    id: textOrNull(tidy.id),
    personId: textOrNull(tidy.person_id),
    email: textOrNull(tidy.email),
    definitionId: Number(definitionId),
    amount: Number(amount),
    fields: Object.freeze({
      ...Object.fromEntries(rest),
      ...(isRecord(meta) && { meta }),
      ...(isText(timezone) && { timezone }),
    }),
  });
}

/** A date whose tag rendered to nothing leaves the tenant's default in place. */
function isBlankDate(name: string, value: unknown): boolean {
  return (name === 'issued_at' || name === 'expires_at') && (tidyText(value) ?? null) === null;
}

function fault(path: string, code: keyof typeof hints): FieldError {
  return { field: path, code, hint: hints[code] };
}

function invalid(errors: readonly FieldError[]): Problem {
  const [first] = errors;
  const detail =
    first === undefined
      ? ''
      : `Fix ${errors.map((error) => error.field).join(', ')}: ${first.field} ${first.hint}`;
  return new Problem('invalid_payload', { detail, errors });
}

function isHint(type: string | undefined): type is keyof typeof hints {
  return type !== undefined && Object.hasOwn(hints, type);
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

function textOrNull(value: unknown): string | null {
  return isText(value) ? value : null;
}
