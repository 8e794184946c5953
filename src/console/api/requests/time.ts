const rfc3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** Whether a text is a time with its zone, by RFC 3339. */
export function isTime(text: string): boolean {
  return rfc3339.test(text) && !Number.isNaN(timeOf(text));
}

/** A time by RFC 3339 in milliseconds since the epoch; NaN if there is no such time. A leap second is the second after it. */
export function timeOf(text: string): number {
  const upper = text.toUpperCase();
  const isLeap = /T\d\d:\d\d:60/.test(upper);
  return isLeap ? Date.parse(upper.replace(/:60/, ':59')) + 1000 : Date.parse(upper);
}

/** A time in milliseconds since the epoch as the API writes it: RFC 3339, in UTC. */
export function writtenTime(at: number): string {
  return new Date(at).toISOString();
}
