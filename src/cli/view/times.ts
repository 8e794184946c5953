const minute = 60_000;
const units: readonly (readonly [name: string, ms: number])[] = [
  ['d', 1440 * minute],
  ['h', 60 * minute],
  ['m', minute],
  ['s', 1000],
];

/** How long ago a time was, in the largest unit, such as `3d`. */
export function ageOf(time: string, now: number): string {
  return inLargestUnit(Math.max(0, now - Date.parse(time)));
}

/** Milliseconds in the largest unit that they fill, such as `90m` as `1h`. */
export function inLargestUnit(ms: number): string {
  const [name, length] = units.find(([, unit]) => ms >= unit) ?? ['s', 1000];
  return `${Math.floor(ms / length)}${name}`;
}

/** A time as `2026-11-27 10:02:11 UTC`. */
export function momentOf(time: string | number): string {
  const date = new Date(time);
  // A server that names no time must not end a command that only shows it.
  if (Number.isNaN(date.getTime())) return String(time);
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
