import { windowMs } from './callwindow.ts';
import { type Pause, spanOf } from './pause.ts';

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

/** What refusals have taught. */
export type Lesson = Readonly<{
  learned: Learned;
  /** How many calls Omneo took before its last refusal, and how often in a row it was about as many. */
  counted: Readonly<{ calls: number; times: number }>;
}>;

/** Fewer calls than that before a refusal say nothing about a limit. */
const fewest = 10;
/** Two counts that differ by no more than this share are of one limit. */
const tolerance = 0.1;
/** In calls a minute: one refusal in a quiet hour must not make the rate of that hour the limit. */
const leastUnsure = 60;
/** A refusal lowers the limit at least to this share of it. */
const fallTo = 0.98;

/**
 * What a pause teaches that is over, since Omneo took a call at `now`. One refusal may have any cause; what lowers a
 * limit that is known are others in a row after about as many calls: a second one if that took about a minute, which is
 * what most throttles count in, and else a third.
 */
export function lessonOf(pause: Pause, { learned, counted }: Lesson, now: number): Lesson {
  const { count, isRefused } = pause;
  if (!isRefused || count < fewest) return { learned, counted };
  const times = isAlike(count, counted.calls) ? counted.times + 1 : 1;
  const span = spanOf(pause, now);
  const isMinute = span > 0.75 * windowMs;
  const isConfirmed = times >= (isMinute ? 2 : 3);
  const limit = limitOf(learned);
  const least = isConfirmed ? 0 : leastUnsure;
  const taken = Math.min(Math.max((count * windowMs) / span, least), fallTo * limit);
  const isUnsure = limit < Infinity && !isConfirmed;
  return {
    learned: isUnsure ? interrupted(learned, taken) : lowered(learned, taken, isConfirmed && isMinute),
    counted: { calls: count, times },
  };
}

function isAlike(one: number, other: number): boolean {
  return Math.abs(one - other) <= tolerance * Math.max(one, other);
}
