import { decimalIn, exactNumber, isRawNumber } from '../../lib/exactjson.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The fields of a webhook that have rules, each as it was meant. */
export type TidyWebhook = Readonly<{
  id: unknown;
  person_id: unknown;
  email: unknown;
  data: Fields;
}>;

type Tidied = Readonly<{
  fields: Readonly<Record<string, Readonly<{ tidy: (value: unknown) => unknown }>>>;
  /** Their names. */
  known: readonly string[];
  /** Fields of which it only matters whether they were sent. */
  reserved: readonly string[];
}>;

/**
 * Tidies what templates rendered. Only the fields that have rules: a yup object chokes on names such as `constructor`.
 */
export function tidyWebhook(body: Fields, data: Fields, { fields, known, reserved }: Tidied): TidyWebhook {
  const tidy: Record<string, unknown> = {};
  for (const name of known)
    tidy[name] = fields[name]?.tidy(Object.hasOwn(data, name) ? data[name] : undefined);
  for (const name of reserved) if (Object.hasOwn(data, name)) tidy[name] = true;
  return {
    id: tidyName(body['id']),
    person_id: tidyName(body['person_id']),
    email: tidyName(body['email']),
    data: tidy,
  };
}

/** `""`, blanks and `None` are what a tag without a value renders to. */
const blank = /^(none)?$/i;

/**
 * Text as it was meant: without surrounding white space, undefined when there is none, and whole numbers, which
 * an unquoted tag makes of a numeric id, as their digits. Anything else stays as it is, for a rule to refuse.
 */
export function tidyText(value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') return digitsOf(value) ?? value;
  const trimmed = value.trim();
  return blank.test(trimmed) ? undefined : trimmed;
}

/** Text that names somebody or something, as it was meant: its HTML escapes are the template's doing. */
export function tidyName(value: unknown): unknown {
  return tidyText(typeof value === 'string' ? decodeOnce(value) : value);
}

/**
 * A number as it was meant: clean numeric strings are numbers. One that a double does not hold stays as it is
 * written. Anything else stays as it is, for a rule to refuse.
 */
export function tidyNumber(value: unknown): unknown {
  if (value === null) return undefined;
  if (typeof value === 'object' && isRawNumber(value)) return exactNumber(value.rawJSON);
  if (typeof value !== 'string') return value;
  const trimmed = value.trim();
  if (blank.test(trimmed)) return undefined;
  return /^-?\d+(\.\d+)?$/.test(trimmed) ? exactNumber(trimmed) : trimmed;
}

/** Most zeros that are written out for a whole number with an exponent: 1e9999 would be a text of any length. */
const maxDigits = 255;

function digitsOf(value: unknown): string | null {
  const decimal = decimalIn(value);
  if (decimal === null || decimal.power < 0 || decimal.power > maxDigits) return null;
  const { isNegative, digits, power } = decimal;
  return `${isNegative ? '-' : ''}${digits === '' ? '0' : digits}${'0'.repeat(power)}`;
}

const named: Readonly<Record<string, string>> = { amp: '&', quot: '"', lt: '<', gt: '>', apos: "'" };

const escape = /&(?:(amp|quot|lt|gt|apos)|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi;

/** Whether a text holds an HTML escape. */
export function hasEscape(text: string): boolean {
  return text.search(escape) !== -1;
}

/**
 * A text as it was before a template escaped it for HTML: Klaviyo's engine writes an apostrophe as `&#39;`. Decoded
 * once, so that a text that holds an escape itself stays what it is; what stands for no character is left alone.
 */
function decodeOnce(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(escape, (whole, name?: string, decimal?: string, hex?: string) => {
    if (name !== undefined) return named[name.toLowerCase()] ?? whole;
    return characterOf(decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal)) ?? whole;
  });
}

function characterOf(code: number): string | null {
  const isCharacter = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : null;
}

/** Most paths that are named. */
const mostPaths = 10;

/**
 * Where a tag that was not rendered is left in what goes on to Omneo as it is, by path; the first ten. Only the start
 * of a tag counts: `}}` ends JSON that is sent as text, too. A name that is no plain one may be anything that a
 * template put there, and is shown as `[…]`.
 */
export function unrenderedPaths(data: Fields): readonly string[] {
  // Naming the places takes several times as long, and nearly no webhook has one.
  if (!holdsTagStart(data)) return [];
  const paths = new Set<string>();
  for (const path of pathsIn(data, 'data')) {
    paths.add(path);
    if (paths.size === mostPaths) break;
  }
  return [...paths];
}

function holdsTagStart(value: unknown): boolean {
  if (typeof value === 'string') return hasTagStart(value);
  if (Array.isArray(value)) return value.some(holdsTagStart);
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Fields;
  return Object.keys(fields).some((name) => hasTagStart(name) || holdsTagStart(fields[name]));
}

/** A number as it is written passes for an object here: no digit begins a tag. */
function* pathsIn(value: unknown, path: string): Generator<string> {
  if (typeof value === 'string') {
    if (hasTagStart(value)) yield path;
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* pathsIn(item, `${path}[${index}]`);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      const deeper = `${path}.${shown(name)}`;
      if (hasTagStart(name)) yield deeper;
      else yield* pathsIn(inner, deeper);
    }
  }
}

function hasTagStart(text: string): boolean {
  return text.includes('{{') || text.includes('{%');
}

function shown(name: string): string {
  return /^[a-z_][\w-]{0,39}$/i.test(name) ? name : '[…]';
}
