import { type CallWindow, noCalls, windowMs } from './callwindow.ts';
import {
  type HeaderLimit,
  type Shown,
  type ThrottleHeaders,
  callsPerMinuteOf,
  shownInMinute,
  shownWith,
} from './headerlimit.ts';
import { type Lesson, lessonOf, limitOf, nothingLearned } from './lesson.ts';
import type { Pause } from './pause.ts';

/** What happened since `since`, for about a minute. */
type Tally = Readonly<{
  since: number;
  attempts: number;
  calls: number;
  taken: number;
  refused: number;
  shown: Shown | undefined;
}>;

/** How many calls an attempt makes until more is known: a look-up of the person, one of the reward, and a create. */
const firstCallsPerAttempt = 3;
/** What was known before counts as so many attempts. */
const knownAttempts = 10;
/** Of the attempts: with more refusals than that they show nothing, since those cut them off. */
const mostCutOff = 0.05;
/** Whatever attempts seem to make, more is not reserved for one. */
const mostPerAttempt = 6;

/** Nothing has happened yet. */
function newTally(since: number): Tally {
  return { since, attempts: 0, calls: 0, taken: 0, refused: 0, shown: undefined };
}

/** With one answer more. */
export function tallied(tally: Tally, isRefused: boolean, headers: ThrottleHeaders): Tally {
  if (isRefused) return { ...tally, refused: tally.refused + 1 };
  return { ...tally, taken: tally.taken + 1, shown: shownWith(tally.shown, headers) };
}

/** The mean of calls an attempt. */
function callsPerAttemptOf({ attempts, calls, refused }: Tally, before: number): number {
  if (attempts === 0 || refused > mostCutOff * attempts) return before;
  const mean = (knownAttempts * before + calls) / (knownAttempts + attempts);
  return Math.min(Math.max(mean, 1), mostPerAttempt);
}

/** Whose turn it is. */
export type Turns = Readonly<{
  /** When the next attempt of what waits may begin, so that calls are spread evenly. */
  evenAt: number;
  /** When what waits may begin one whatever arrives; long ago: more than one. */
  shareAt: number;
  /** When admission was last asked for what arrives. */
  arrivedAt: number;
  /** When admission was last asked for what waits. */
  waitedAt: number;
}>;

/** All that is known of how many calls one Omneo takes: plain data. Times in milliseconds on a clock that never jumps. */
export type PaceState = Lesson &
  Readonly<{
    /** Calls that Omneo took, or has not answered yet. */
    window: CallWindow;
    /** Calls that admitted attempts had not made yet at the time `at`. */
    reserve: Readonly<{ calls: number; at: number }>;
    pause: Pause | undefined;
    /** When the last pause was over: the answer to what was sent before says nothing about now. */
    resumedAt: number;
    /** When an attempt was last held back by the limit that refusals have taught. */
    limitedAt: number;
    header: HeaderLimit | undefined;
    /** Whether it is believed that nothing is left when a header says so. */
    isEndBelieved: boolean;
    tally: Tally;
    callsPerAttempt: number;
    turns: Turns;
  }>;

/** A limit in calls a minute, and where it comes from. */
export type PaceLimit = Readonly<{
  callsPerMinute: number;
  learnedFrom: 'spec' | 'header' | 'refusals' | 'none';
}>;

/** Of what is reserved and not used a third is left after this time, in milliseconds. */
const reserveMs = 5_000;
/** Less than that is no call. */
const leastReserved = 0.5;

/** Nothing is known yet. */
export function newPaceState(now: number): PaceState {
  return {
    window: noCalls,
    reserve: { calls: 0, at: now },
    learned: nothingLearned,
    counted: { calls: 0, times: 0 },
    pause: undefined,
    resumedAt: -Infinity,
    limitedAt: -Infinity,
    header: undefined,
    isEndBelieved: true,
    tally: newTally(now),
    callsPerAttempt: firstCallsPerAttempt,
    turns: { evenAt: -Infinity, shareAt: -Infinity, arrivedAt: -Infinity, waitedAt: -Infinity },
  };
}

/** The least of what the tenant's spec (`most`, in calls a minute), Omneo's headers and its refusals say. */
export function limitNow(state: PaceState, most: number | undefined, now: number): PaceLimit {
  const limits: readonly PaceLimit[] = [
    { callsPerMinute: most ?? Infinity, learnedFrom: 'spec' },
    { callsPerMinute: callsPerMinuteOf(state.header), learnedFrom: 'header' },
    { callsPerMinute: limitOf(learnedNow(state, now)), learnedFrom: 'refusals' },
  ];
  const none: PaceLimit = { callsPerMinute: Infinity, learnedFrom: 'none' };
  return limits.reduce((least, each) => (each.callsPerMinute < least.callsPerMinute ? each : least), none);
}

/** A pause teaches when Omneo takes a call again, and if it gave the end, then already. */
function learnedNow({ learned, counted, pause }: PaceState, now: number): Lesson['learned'] {
  const isOver = pause?.isGiven === true && now >= pause.until;
  return isOver ? lessonOf(pause, { learned, counted }, now).learned : learned;
}

/** What is still reserved: an attempt that makes fewer calls than others does not hold on to the rest. */
export function reservedNow({ calls, at }: PaceState['reserve'], now: number): number {
  const left = calls === 0 ? 0 : calls * Math.exp((at - now) / reserveMs);
  return left < leastReserved ? 0 : left;
}

/** Once the minute of its tally is over: with what that shows, and a new one. */
export function minuteOver(state: PaceState, now: number): PaceState {
  const { tally, header, callsPerAttempt } = state;
  if (now < tally.since + windowMs) return state;
  return {
    ...state,
    tally: newTally(now),
    header: tally.taken === 0 ? header : shownInMinute(header, tally.shown, tally.calls),
    callsPerAttempt: callsPerAttemptOf(tally, callsPerAttempt),
  };
}
