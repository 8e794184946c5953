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

/** Whether a value is a number that parseExact left as it is written. */
export function isRawNumber(value: unknown): value is RawNumber {
  return JSON.isRawJSON(value);
}

/** The text of a number that parseExact gave, digit by digit; null for anything else. */
export function numeralOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return isRawNumber(value) ? value.rawJSON : null;
}

/** A whole number of any length as JSON.stringify takes it; anything else as it is. */
export function writable<T>(value: T | bigint): T | RawNumber {
  return typeof value === 'bigint' ? JSON.rawJSON(String(value)) : value;
}

function keepDigits(_: string, value: unknown, { source }: Readonly<{ source: string }>): unknown {
  return typeof value === 'number' && String(value) !== source ? JSON.rawJSON(source) : value;
}
