/** Longer than any calendar day: one on which the clocks are set back, by as much as any zone does that, in milliseconds. */
const longestMs = 30 * 3_600_000;

/** A calendar day, as `2026-11-27`, and in how many milliseconds the next one begins. */
export type Day = Readonly<{ name: string; endsInMs: number }>;

/**
 * The calendar day that it is in a time zone; `nowMs` in milliseconds since the epoch. On days on which the clocks are
 * changed too: those are shorter or longer. Throws RangeError if there is no such zone.
 */
export function dayOf(zone: string, nowMs: number): Day {
  // Swedish writes dates the ISO way.
  const format = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone: zone });
  const name = format.format(nowMs);
  return { name, endsInMs: firstMs(longestMs, (ms) => format.format(nowMs + ms) !== name) };
}

/** The first of so many milliseconds for which it holds, from which on it always does. */
function firstMs(most: number, holds: (ms: number) => boolean): number {
  let [before, from] = [0, most];
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2);
    if (holds(middle)) from = middle;
    else before = middle;
  }
  return from;
}
