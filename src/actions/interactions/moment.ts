const written = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?(Z|[+-]\d\d:?\d\d)?$/i;

/** Of this day and the time in it, nothing is read that no calendar has. */
const mostMs = 253_402_300_799_999;

/**
 * The moment that a text names, in milliseconds since the epoch: a date and a time, in UTC unless it has an offset, or the
 * seconds since the epoch, as Klaviyo has them. Undefined if it names none.
 */
export function namedMoment(text: string): number | undefined {
  const at = /^\d{9,11}$/.test(text) ? Number(text) * 1000 : instantOf(text);
  return at >= 0 && at <= mostMs ? at : undefined;
}

function instantOf(text: string): number {
  const [, date = '', time = '', offset = 'Z'] = written.exec(text) ?? [];
  const at = Date.parse(`${date}T${time}${offset.toUpperCase()}`);
  // Date.parse takes the 30th of February for the 2nd of March.
  return isDay(date) ? at : Number.NaN;
}

function isDay(date: string): boolean {
  const at = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(date);
}
