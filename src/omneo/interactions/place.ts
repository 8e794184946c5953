/** Where interactions are looked for: whose they are, in which namespace, and at which time. */
export type InteractionPlace = Readonly<{
  profileId: string;
  namespace: string;
  /** What its create dates it to, in milliseconds since the epoch. */
  at: number;
  /** When it took place, in milliseconds since the epoch: from the first to the last moment that counts. */
  from: number;
  until: number;
}>;

/** Clocks of time zones are apart by so much at most, in milliseconds: in which one Omneo keeps a time is not known. */
const zonesMs = 14 * 3_600_000;

/** The time in which an interaction is looked for that took place at some moment between these two. */
export function around(from: number, until: number): Pick<InteractionPlace, 'from' | 'until'> {
  return { from: from - zonesMs, until: until + zonesMs };
}

/** Whether whatever took place at some moment between these two is found there, in whichever zone Omneo keeps times. */
export function covers(place: InteractionPlace, moments: Pick<InteractionPlace, 'from' | 'until'>): boolean {
  // It may be either moment: what is rounded to less than the margin must not count as outside.
  return place.from <= moments.until - zonesMs && moments.from + zonesMs <= place.until;
}

/** A moment as Omneo writes it, `YYYY-MM-DD HH:mm:ss` in UTC; `at` in milliseconds since the epoch. */
export function omneoTime(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

/** What lists the interactions of a place, beside the page. */
export function queryOf({
  profileId,
  namespace,
  from,
  until,
}: InteractionPlace): Readonly<Record<string, string>> {
  return {
    'filter[profile_id]': profileId,
    'filter[namespace]': namespace,
    'filter[interacted_at][gte]': omneoTime(from),
    'filter[interacted_at][lte]': omneoTime(until),
  };
}
