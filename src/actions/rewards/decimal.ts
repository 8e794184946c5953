/** A decimal number as it is written: its digits without the zeros at either end, and the power of ten of the last. */
export type Decimal = Readonly<{ isNegative: boolean; digits: string; power: number }>;

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
