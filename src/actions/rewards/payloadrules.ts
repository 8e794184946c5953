import * as yup from 'yup';
import { decimalIn, isRawNumber, isRecord } from '../../lib/exactjson.ts';
import type { FieldError } from '../../lib/problem.ts';
import { isTimezone } from '../../tenants/timezone.ts';
import { type Hint, fault, isHint } from './hints.ts';
import { type TidyWebhook, hasEscape } from './template.ts';

/** Fields of a reward that only the gateway may set. */
export const reservedFields = [
  'id',
  'profile_id',
  'external_id',
  'value_initial',
  'value_remaining',
] as const;

/** What a template leaves in a text when it goes wrong, by the code it is reported under. */
export const textFaults = Object.freeze({
  unrendered: (text: string) => /\{\{|\}\}|\{%|%\}/.test(text),
  escaped: hasEscape,
  // Half a surrogate pair becomes U+FFFD in a digest and in a URL, where two different texts would be one.
  not_readable: (text: string) => /[\u0000-\u001f\u007f\ufffd]/.test(text) || !text.isWellFormed(),
});

/** A rule as yup sees it: the name of a hint, and whether the value is sound. A missing value breaks only `missing`. */
type Rule = readonly [code: Hint, sound: (value: unknown) => boolean];

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
const isNumber = (value: unknown): boolean => Number.isFinite(value) || isRawNumber(value);
const without =
  (code: keyof typeof textFaults) =>
  (value: unknown): boolean =>
    !isText(value) || !textFaults[code](value);

const rendered: Rule = ['unrendered', without('unrendered')];
const template: Rule[] = [rendered, ['escaped', without('escaped')]];
/** Its escapes are decoded: what then looks like one is meant. */
const name: Rule[] = [
  rendered,
  ['not_text', isText],
  ['not_readable', without('not_readable')],
  ['too_long', (value) => !isText(value) || value.length <= 255],
];
const number: Rule[] = [...template, ['not_a_number', isNumber]];
const amount: Rule[] = [
  ...number,
  ['not_positive', (value) => !isNumber(value) || isPositive(value)],
  ['not_in_cents', (value) => !isNumber(value) || (decimalIn(value)?.power ?? 0) >= -2],
  ['too_large', (value) => !isNumber(value) || (typeof value === 'number' && value <= maxAmount)],
];

/** As many cents as a double counts. Some of nearly as many it cannot hold either: those amounts are raw. */
const maxAmount = Number.MAX_SAFE_INTEGER / 100;

function isPositive(value: unknown): boolean {
  const decimal = decimalIn(value);
  return decimal !== null && !decimal.isNegative && decimal.digits !== '';
}

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
    id: field(false, ...name),
    person_id: field(both, ...name),
    email: field(both, ...name, [
      'not_an_email',
      (value) => !isText(value) || /^[^\s@]+@[^\s@]+$/.test(value),
    ]),
    data: objectOf({
      reward_definition_id: field(true, ...number, [
        'not_an_id',
        (value) => !isNumber(value) || (Number.isSafeInteger(value) && Number(value) > 0),
      ]),
      amount: field(true, ...amount),
      meta: field(false, ...template, ['not_an_object', isRecord]),
      timezone: field(false, ...template, ['not_a_timezone', (value) => isText(value) && isTimezone(value)]),
      issued_at: field(false, ...template),
      expires_at: field(false, ...template),
      ...Object.fromEntries(reservedFields.map((name) => [name, gatewayOwns])),
    }),
  });
}

/** The rules for a tidied webhook of a tenant that needs both identifiers, or any one of them. */
export const webhookRules = Object.freeze({ both: webhookOf('both'), any: webhookOf('any') });

/** Each field that is wrong, with its first mistake. `identifiers` says which of person_id and email are needed. */
export function faultsOf(tidy: TidyWebhook, identifiers: 'both' | 'any'): readonly FieldError[] {
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
