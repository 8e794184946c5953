import { advance, noCalls, windowMs, withCall, withoutCall } from './callwindow.ts';
import { type ThrottleHeaders, shownNow } from './headerlimit.ts';
import { grown, lessonOf } from './lesson.ts';
import { type PaceState, minuteOver, reservedNow, tallied } from './pacestate.ts';
import { type LastCall, beginPause, refusedAgain } from './pause.ts';

/** What Omneo answered to a call that was made at `sentAt`: whether it was 429, and what it says about the throttle. */
export type ThrottleAnswer = Readonly<{ sentAt: number; isRefused: boolean; headers: ThrottleHeaders }>;

/** A call is made now. */
export function called(before: PaceState, now: number): PaceState {
  const state = minuteOver(before, now);
  const { window, tally, reserve } = state;
  return {
    ...state,
    window: withCall(window, now),
    reserve: { calls: Math.max(0, reservedNow(reserve, now) - 1), at: now },
    tally: { ...tally, calls: tally.calls + 1 },
  };
}

/** Omneo has answered a call. */
export function answered(before: PaceState, answer: ThrottleAnswer, now: number): PaceState {
  const { isRefused, headers } = answer;
  const state = { ...before, tally: tallied(before.tally, isRefused, headers) };
  return isRefused ? refused(state, answer, now) : taken(state, answer, now);
}

function refused(state: PaceState, { sentAt, headers }: ThrottleAnswer, now: number): PaceState {
  const { pause, resumedAt } = state;
  const call = { sentAt, isRefused: true, retryAfterMs: headers.retryAfterMs };
  // What a throttle refuses it does not count.
  const without = { ...state, window: withoutCall(state.window, sentAt) };
  if (pause !== undefined) return { ...without, pause: refusedAgain(pause, now, call) };
  return sentAt < resumedAt ? without : paused(without, call, now);
}

/** After a pause Omneo counts anew, and so do we. */
function paused(state: PaceState, call: LastCall, now: number): PaceState {
  const pause = beginPause(advance(state.window, now), now, call);
  return { ...state, pause, window: noCalls, turns: { ...state.turns, evenAt: -Infinity } };
}

function taken(state: PaceState, { sentAt, headers }: ThrottleAnswer, now: number): PaceState {
  const { limit, remaining } = headers;
  const resumed = resumedBy(state, sentAt, remaining === 0);
  const isEndBelieved = resumed.isEndBelieved || (remaining ?? 0) > 0;
  const next = { ...resumed, header: shownNow(resumed.header, limit), isEndBelieved };
  const isEnd = remaining === 0 && isEndBelieved && next.pause === undefined && sentAt >= next.resumedAt;
  if (isEnd) return paused(next, { sentAt, isRefused: false, retryAfterMs: undefined }, now);
  // Whether Omneo takes more is not known while nobody asks for more.
  return now < next.limitedAt + windowMs ? { ...next, learned: grown(next.learned) } : next;
}

/** A call that was made after a pause and taken ends it. That of a pause for nothing left which says so again is no end. */
function resumedBy(state: PaceState, sentAt: number, isEnd: boolean): PaceState {
  const { pause } = state;
  if (pause === undefined || sentAt < pause.until) return state;
  const isEndBelieved = state.isEndBelieved && (pause.isRefused || !isEnd);
  return {
    ...state,
    ...lessonOf(pause, state, sentAt),
    pause: undefined,
    resumedAt: pause.until,
    isEndBelieved,
  };
}
