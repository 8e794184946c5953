/** A number in JSON that a double does not hold as it is written; JSON.stringify writes it so again. */
export type RawNumber = Readonly<{ rawJSON: string }>;

declare global {
  // ECMAScript 2026, in V8 since 11.4; TypeScript's libraries do not have it yet.
  interface JSON {
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: Readonly<{ source: string }>) => unknown,
    ): unknown;
    rawJSON(text: string): RawNumber;
    isRawJSON(value: unknown): value is RawNumber;
  }
}

/**
 * What a number has to have, where JSON can have one, for its text to be another than String() makes of it: sixteen
 * digits, an exponent, a last zero after the point, seven decimals that begin with six zeros, or a minus before zero.
 * A match may be in a string, and costs only time.
 */
const suspect = /(?:^|[:[,\s])-?(?:[\d.]{16}|[\d.]+[eE]|\d+\.\d*0(?!\d)|0\.0{6}|(?<=-)0(?!\.))/;

/**
 * Parses JSON, and loses no digit of its numbers. A number that String() writes as it was written is a plain number;
 * any other, such as `0.10`, `1e400` or `12345678901234567890`, is a RawNumber. Levels of nesting by the thousand
 * leave no stack for that, and are parsed as JSON.parse does by itself.
 *
 * @throws SyntaxError as JSON.parse does
 */
export function parseExact(text: string): unknown {
  // Reviving makes parsing several times slower, and nearly no text needs it.
  if (!suspect.test(text)) return JSON.parse(text);
  try {
    return JSON.parse(text, keepDigits);
  } catch (error) {
    if (error instanceof RangeError) return JSON.parse(text);
    throw error;
  }
}

function keepDigits(_: string, value: unknown, { source }: Readonly<{ source: string }>): unknown {
  return typeof value === 'number' && String(value) !== source ? JSON.rawJSON(source) : value;
}

/** Whether a value is an object with fields, which a list, null and a number as it is written are not. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value);
}

/** Whether a value is a number that parseExact left as it is written. */
export function isRawNumber(value: unknown): value is RawNumber {
  return JSON.isRawJSON(value);
}

/** The text of a number that parseExact gave, digit by digit; null for anything else. */
export function numeralOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return isRawNumber(value) ? value.rawJSON : null;
}

/** A number that may be written as a number or as a numeric string; NaN for anything else. */
export function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (isRawNumber(value)) return Number(value.rawJSON);
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}

/** What may be written as a text or as a number, as a text, of which no digit is lost; undefined for anything else. */
export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : (numeralOf(value) ?? undefined);
}

/** As `textIn`, and whatever String() makes of anything else. */
export function asText(value: unknown): string {
  return textIn(value) ?? String(value);
}

/** A whole number of any length as JSON.stringify takes it; anything else as it is. */
export function writable<T>(value: T | bigint): T | RawNumber {
  return typeof value === 'bigint' ? JSON.rawJSON(String(value)) : value;
}

/** A decimal number as it is written: its digits without the zeros at either end, and the power of ten of the last. */
export type Decimal = Readonly<{ isNegative: boolean; digits: string; power: number }>;

/** The decimal number in a value of JSON; null for anything but a number. */
export function decimalIn(value: unknown): Decimal | null {
  return decimalOf(numeralOf(value) ?? '');
}

/** Reads a numeral of JSON, or one with zeros before it; null for any other text. Zero has no digits. */
export function decimalOf(numeral: string): Decimal | null {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(numeral);
  if (match === null) return null;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const significant = `${whole}${fraction}`.replace(/^0+/, '');
  const digits = significant.replace(/(?<!0)0+$/, '');
  if (digits === '') return { isNegative: false, digits, power: 0 };
  const power = Number(exponent) - fraction.length + significant.length - digits.length;
  return { isNegative: sign === '-', digits, power };
}

/** The numeral of a decimal number, the same for all that are equal. */
export function canonical({ isNegative, digits, power }: Decimal): string {
  return `${isNegative ? '-' : ''}${digits === '' ? '0' : digits}e${power}`;
}

/** The number that a numeral writes: a double if it holds that very number, and the number as it is written if not. */
export function exactNumber(numeral: string): number | RawNumber {
  const number = Number(numeral);
  const [written, held] = [decimalOf(numeral), decimalOf(String(number))].map(
    (decimal) => decimal && canonical(decimal),
  );
  return written === held || typeof written !== 'string' ? number : JSON.rawJSON(written);
}
