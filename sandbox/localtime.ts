/** Wall clocks and UTC. Texts are "YYYY-MM-DD HH:mm:ss", instants are epoch milliseconds. */
export type Zones = {
  has(zone: string): boolean;
  /** Reads a date, a local date and time, or one with an offset of its own. undefined: not a date. */
  read(text: string, zone: string): number | undefined;
  local(instant: number, zone: string): string;
};

/** The instant as UTC text. */
export const utcText = (instant: number) => new Date(instant).toISOString().slice(0, 19).replace('T', ' ');

const shape = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?)?$/;

function formatterFor(zone: string): Intl.DateTimeFormat | undefined {
  // PHP knows names only, while Intl takes offsets such as +10:00 too.
  if (/^[+-]/.test(zone)) return undefined;
  try {
    // Swedish dates are ISO dates.
    return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  } catch {
    return undefined;
  }
}

/** Time zones by IANA name. Building a formatter is slow, so each is kept. */
export function createZones(): Zones {
  const formatters = new Map<string, Intl.DateTimeFormat | undefined>();
  const formatter = (zone: string) => {
    if (!formatters.has(zone)) formatters.set(zone, formatterFor(zone));
    return formatters.get(zone);
  };
  const local = (instant: number, zone: string) => formatter(zone)?.format(instant) ?? utcText(instant);
  const offset = (instant: number, zone: string) => Date.parse(`${local(instant, zone)}Z`) - instant;
  return {
    has: (zone) => formatter(zone) !== undefined,
    local,
    read(text, zone) {
      const [match, date = '', time = '00:00:00', suffix] = shape.exec(text) ?? [];
      const wall = Date.parse(`${date}T${time}Z`);
      // The second test turns down what Date rolls over, such as 30 February.
      if (match === undefined || Number.isNaN(wall) || utcText(wall) !== `${date} ${time}`) return undefined;
      if (suffix !== undefined) return Date.parse(`${date}T${time}${suffix}`);
      // The offset at the wall's digits read as UTC may be another than at the instant itself.
      const guess = wall - offset(wall, zone);
      return wall - offset(guess, zone);
    },
  };
}
