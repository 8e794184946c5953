import * as yup from 'yup';
import { decimalIn, isRawNumber, isRecord } from '../../lib/exactjson.ts';
import type { FieldError } from '../../lib/problem.ts';
import { isTimezone } from '../../tenants/timezone.ts';
import { type DataNames, type FieldHints, type Hint, fault, isHint } from './hints.ts';
import { type TidyWebhook, hasEscape, tidyName, tidyNumber, tidyText } from './template.ts';

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
export type Field = Readonly<{ schema: yup.Schema; isSound: (value: unknown) => boolean }>;

/** The rules of a field, compiled. */
export function field(required: boolean, ...rules: readonly Rule[]): Field {
  const presence = yup.mixed().test('missing', 'missing', (value) => !required || (value ?? null) !== null);
  const schema = rules.reduce(
    (schema, [code, sound]) => schema.test(code, code, (value) => (value ?? null) === null || sound(value)),
    presence,
  );
  const sounds = rules.map(([, sound]) => sound);
  const isSound = (value: unknown): boolean =>
    value === undefined ? !required : value !== null && keepsAll(sounds, value);
  return { schema, isSound };
}

/** Not by `every`, which needs a function anew for each field of each webhook. */
function keepsAll(sounds: readonly Rule[1][], value: unknown): boolean {
  for (const sound of sounds) if (!sound(value)) return false;
  return true;
}

const isText = (value: unknown): value is string => typeof value === 'string';
/** A rule of text alone: what is none breaks another rule. */
export const textRule =
  (isSound: (text: string) => boolean) =>
  (value: unknown): boolean =>
    !isText(value) || isSound(value);

const isNumber = (value: unknown): boolean => Number.isFinite(value) || isRawNumber(value);
const without =
  (code: keyof typeof textFaults) =>
  (value: unknown): boolean =>
    !isText(value) || !textFaults[code](value);

/** A tag in text was rendered. */
export const rendered: Rule = ['unrendered', without('unrendered')];
const template: Rule[] = [rendered, ['escaped', without('escaped')]];
/** Of what names somebody or something. Its escapes are decoded: what then looks like one is meant. */
export const nameRules: readonly Rule[] = [
  rendered,
  ['not_text', isText],
  ['not_readable', without('not_readable')],
  ['too_long', (value) => !isText(value) || value.length <= 255],
];
const number: Rule[] = [...template, ['not_a_number', isNumber]];
const amount: Rule[] = [
  ...number,
  ['not_positive', (value) => !isNumber(value) || isPositive(value)],
  ['not_in_cents', (value) => !isNumber(value) || Number.isInteger(value) || isInCents(value)],
  ['too_large', (value) => !isNumber(value) || (typeof value === 'number' && value <= maxAmount)],
];

/** As many cents as a double counts. Some of nearly as many it cannot hold either: those amounts are raw. */
const maxAmount = Number.MAX_SAFE_INTEGER / 100;

function isInCents(value: unknown): boolean {
  return (decimalIn(value)?.power ?? 0) >= -2;
}

function isPositive(value: unknown): boolean {
  if (typeof value === 'number') return value > 0;
  const decimal = decimalIn(value);
  return decimal !== null && !decimal.isNegative && decimal.digits !== '';
}

/** Its schema is the definition, and says what is wrong; `isSound` says the same as it, but only whether. */
function objectOf(fields: Readonly<Record<string, Field>>): Field {
  const entries = Object.entries(fields);
  const schema = yup.object(Object.fromEntries(entries.map(([name, { schema }]) => [name, schema])));
  const sounds = entries.map(([name, { isSound }]) => ({ name, isSound }));
  const isSound = (value: unknown): boolean =>
    isRecord(value) && sounds.every(({ name, isSound }) => isSound(value[name]));
  return { schema, isSound };
}

/** A field of `data` that has rules. */
export type DataField = Readonly<{
  rules: Field;
  /** What a template rendered, as it was meant. */
  tidy: (value: unknown) => unknown;
  /** It goes on to Omneo as it came, and not as it was meant. */
  goesOnRaw?: true;
}>;

const isId = (value: unknown): boolean =>
  !isNumber(value) || (Number.isSafeInteger(value) && Number(value) > 0);

/** What the fields of several actions must be. */
export const dataFields = Object.freeze({
  /** The id of a definition. */
  definition: { rules: field(true, ...number, ['not_an_id', isId]), tidy: tidyNumber },
  definitionIfAny: { rules: field(false, ...number, ['not_an_id', isId]), tidy: tidyNumber },
  /** Money, to the cent. */
  amount: { rules: field(true, ...amount), tidy: tidyNumber },
  amountIfAny: { rules: field(false, ...amount), tidy: tidyNumber },
  /** What something goes by in Omneo. */
  handle: { rules: field(false, ...nameRules), tidy: tidyName },
  meta: { rules: field(false, ...template, ['not_an_object', isRecord]), tidy: tidyText },
  timezone: {
    rules: field(false, ...template, ['not_a_timezone', (value) => isText(value) && isTimezone(value)]),
    tidy: tidyText,
  },
  /** Whatever Omneo makes of it. */
  date: { rules: field(false, ...template), tidy: tidyText, goesOnRaw: true },
} as const satisfies Record<string, DataField>);

/** What the `data` of an action's webhooks may hold. */
export type DataRules = Readonly<{
  fields: Readonly<Record<string, DataField>>;
  /** Fields that the action says in its own words: they do not go on to Omneo as they are. */
  own: readonly string[];
  /** Fields that only the gateway may set. */
  reserved: readonly string[];
  hints: FieldHints;
  /** What else people call a field. */
  otherNames: DataNames['otherNames'];
}>;

/** The rules of an action's webhooks, compiled. */
export type WebhookRules = DataRules & DataNames & Readonly<Record<'both' | 'any', Field>>;

/** The rules for webhooks with such `data`, of tenants that need both identifiers or any one of them. */
export function webhookRulesOf(data: DataRules): WebhookRules {
  const known = Object.keys(data.fields);
  return Object.freeze({ ...data, known, both: webhookOf('both', data), any: webhookOf('any', data) });
}

function webhookOf(identifiers: 'both' | 'any', { fields, reserved }: DataRules): Field {
  const both = identifiers === 'both';
  const gatewayOwns = field(false, ['set_by_gateway', () => false]);
  return objectOf({
    id: field(false, ...nameRules),
    person_id: field(both, ...nameRules),
    email: field(both, ...nameRules, [
      'not_an_email',
      (value) => !isText(value) || /^[^\s@]+@[^\s@]+$/.test(value),
    ]),
    data: objectOf({
      ...Object.fromEntries(Object.entries(fields).map(([name, { rules }]) => [name, rules])),
      ...Object.fromEntries(reserved.map((name) => [name, gatewayOwns])),
    }),
  });
}

/** Each field that is wrong, with its first mistake. `identifiers` says which of person_id and email are needed. */
export function faultsOf(
  tidy: TidyWebhook,
  identifiers: 'both' | 'any',
  rules: WebhookRules,
): readonly FieldError[] {
  const { schema, isSound } = rules[identifiers];
  const isForNobody = tidy.person_id === undefined && tidy.email === undefined;
  if (isSound(tidy) && !isForNobody) return [];
  const errors = new Map<string, FieldError>();
  try {
    schema.validateSync(tidy, { strict: true, abortEarly: false });
  } catch (error) {
    if (!(error instanceof yup.ValidationError)) throw error;
    for (const { path, type } of error.inner) {
      if (path !== undefined && isHint(type) && !errors.has(path))
        errors.set(path, fault(path, type, type, rules.hints));
    }
  }
  if (isForNobody && !errors.has('email')) errors.set('email', fault('email', 'nobody'));
  return [...errors.values()];
}
