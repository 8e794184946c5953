/** The numbers that come of repeated measurements. */

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Median and quartiles of several rounds: half of them were within. The extremes would grow with the number of rounds. */
export type Spread = Readonly<{ middle: number; lower: number; upper: number }>;

export function spread(values: readonly number[]): Spread {
  return { middle: median(values), lower: quantile(values, 0.25), upper: quantile(values, 0.75) };
}

/** As `1.23 (1.20 to 1.31)`. */
export function told({ middle, lower, upper }: Spread, digits = 2): string {
  const [a, b, c] = [middle, lower, upper].map((value) => value.toFixed(digits));
  return `${a} (${b} to ${c})`;
}

/** How many times as much; where there is nothing to compare with, infinitely more, so that it is never held by chance. */
export function times(over: number, under: number): number {
  return under > 0 ? over / under : Infinity;
}

/** Of two programs' numbers, the ratio round by round. */
export function ratios(over: readonly number[], under: readonly number[]): readonly number[] {
  return over.map((value, round) => times(value, under[round] ?? Number.NaN));
}
