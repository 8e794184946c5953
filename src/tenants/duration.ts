const hour = 3_600_000;
const units: Readonly<Record<string, number>> = { h: hour, d: 24 * hour, w: 7 * 24 * hour };

/** `12h`, `30d` or `4w` in milliseconds; undefined for anything else. A day is 24 hours, whatever the clocks do. */
export function milliseconds(duration: string): number | undefined {
  const [, count, unit] = /^([1-9][0-9]{0,3})([hdw])$/.exec(duration) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  return Number(count) * (units[unit] ?? NaN);
}
