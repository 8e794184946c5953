/** A limit as refusals have taught it, and how much Omneo took since. */
export type Learned = Readonly<{
  /** Calls a minute that it took when it last refused one. */
  base: number;
  /** Calls that it took since while more were held back by the limit, in minutes' worth of the limit. */
  calm: number;
}>;

/** Omneo has refused nothing yet. */
export const nothingLearned: Learned = Object.freeze({ base: Infinity, calm: 0 });

/** So many minutes' worth of calls are made at a confirmed limit before more is tried, which costs a refused attempt. */
const holdFor = 4;
/** What is tried is more by this share after one further minute's worth, and four times that after each next. */
const growth = 0.01;

/** The limit in calls a minute. */
export function limitOf({ base, calm }: Learned): number {
  return base * Math.max(1, 1 + growth * (4 ** (calm - holdFor) - 1));
}

/** Omneo took one of as many calls as the limit allows. */
export function grown({ base, calm }: Learned): Learned {
  return { base, calm: calm + 1 / limitOf({ base, calm }) };
}

/** Omneo took so many calls a minute, and then refused one for a cause that is not known: nothing more is tried then. */
export function interrupted({ base, calm }: Learned, callsPerMinute: number): Learned {
  return { base: Math.max(base, callsPerMinute), calm: Math.min(calm, holdFor) };
}

/** Omneo took so many calls a minute, and then refused one. What is not confirmed is tested at once. */
export function lowered({ base, calm }: Learned, callsPerMinute: number, isConfirmed: boolean): Learned {
  if (!isConfirmed) return { base: callsPerMinute, calm: holdFor };
  const isOfGrowth = base === Infinity || calm >= holdFor;
  return { base: callsPerMinute, calm: isOfGrowth ? 0 : calm };
}
