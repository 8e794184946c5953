import { type Shown, type ThrottleHeaders, shownWith } from './headerlimit.ts';

/** What happened since `since`, for about a minute. */
export type Tally = Readonly<{
  since: number;
  attempts: number;
  calls: number;
  taken: number;
  refused: number;
  shown: Shown | undefined;
}>;

/** How many calls an attempt makes until more is known: a look-up of the person, one of the reward, and a create. */
export const firstCallsPerAttempt = 3;
/** What was known before counts as so many attempts. */
const known = 10;
/** Of the attempts: with more refusals than that they show nothing, since those cut them off. */
const mostCutOff = 0.05;
/** Whatever attempts seem to make, more is not reserved for one. */
const most = 6;

/** Nothing has happened yet. */
export function newTally(since: number): Tally {
  return { since, attempts: 0, calls: 0, taken: 0, refused: 0, shown: undefined };
}

/** With one answer more. */
export function tallied(tally: Tally, isRefused: boolean, headers: ThrottleHeaders): Tally {
  if (isRefused) return { ...tally, refused: tally.refused + 1 };
  return { ...tally, taken: tally.taken + 1, shown: shownWith(tally.shown, headers) };
}

/** The mean of calls an attempt. */
export function callsPerAttemptOf({ attempts, calls, refused }: Tally, before: number): number {
  if (attempts === 0 || refused > mostCutOff * attempts) return before;
  const mean = (known * before + calls) / (known + attempts);
  return Math.min(Math.max(mean, 1), most);
}
