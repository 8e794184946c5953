/** Checked first, since Intl takes 0.2 ms for an answer: 2 s for 10,000 tenants. It lists no aliases. */
const names: ReadonlySet<string> = new Set(['UTC', ...Intl.supportedValuesOf('timeZone')]);

/** Whether Intl knows the name of this time zone, whether in the IANA database's first words or by an alias. */
export function isTimezone(name: string): boolean {
  if (names.has(name)) return true;
  // Intl also takes offsets such as +10:00, which are not names.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false; // a RangeError is how Intl says no
  }
}
