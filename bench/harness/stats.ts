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

/** Median, least and most of several rounds. */
export type Spread = Readonly<{ middle: number; least: number; most: number }>;

export function spread(values: readonly number[]): Spread {
  return { middle: median(values), least: Math.min(...values), most: Math.max(...values) };
}

/** As `1.23 (1.20 to 1.31)`. */
export function told({ middle, least, most }: Spread, digits = 2): string {
  const [a, b, c] = [middle, least, most].map((value) => value.toFixed(digits));
  return `${a} (${b} to ${c})`;
}
