import { type CallWindow, beginOf, countSince, windowMs } from './callwindow.ts';

/** A time in which nothing is admitted. All times in milliseconds. */
export type Pause = Readonly<{
  since: number;
  until: number;
  /** Omneo said how long it is; else the end is a guess. */
  isGiven: boolean;
  /** A call got 429; else Omneo has only said that the next one would. */
  isRefused: boolean;
  /** How many calls got 429 that were made after the end. */
  failures: number;
  /** When an attempt was admitted last, which is to show whether Omneo takes calls again. */
  triedAt: number;
  /** From `from` on Omneo took so many calls, and then no more. */
  count: number;
  from: number;
}>;

/** A call that was refused, or the last that there was room for; `retryAfterMs` undefined: nobody said how long. */
export type LastCall = Readonly<{ sentAt: number; isRefused: boolean; retryAfterMs: number | undefined }>;

/** A pause that is a guess is this long at first, and twice as long after each failure. In milliseconds. */
const guessMs = { first: 3_000, most: 24_000 };
/** An attempt has so long to show whether Omneo takes calls again, and the others ask so often. In milliseconds. */
const trialMs = { most: 5_000, retry: 250 };
/** `Retry-After` is in whole seconds, mostly rounded up. */
const roundingMs = 1_000;

/** Begins with a call; `window` has those before it that Omneo took. */
export function beginPause(
  window: CallWindow,
  now: number,
  { sentAt, isRefused, retryAfterMs }: LastCall,
): Pause {
  const until = now + (retryAfterMs ?? guessMs.first);
  const begins = beginOf(window) ?? now;
  const all = { from: begins, count: countSince(window, begins) };
  const began = Math.max(begins, throttleBegan(sentAt, retryAfterMs));
  const latest = { from: began, count: countSince(window, began) };
  // Who always says a minute is not believed to have counted since a moment ago.
  const { from, count } = latest.count * (until - begins) > all.count * (until - began) ? latest : all;
  const isGiven = retryAfterMs !== undefined;
  return { since: now, until, isGiven, isRefused, failures: 0, triedAt: -Infinity, count, from };
}

/** When a throttle's window that is over within a minute began, at the earliest. */
function throttleBegan(sentAt: number, retryAfterMs = Infinity): number {
  return retryAfterMs <= windowMs ? sentAt + retryAfterMs - windowMs - roundingMs : -Infinity;
}

/** With one more call that got 429. */
export function refusedAgain(pause: Pause, now: number, { sentAt, retryAfterMs }: LastCall): Pause {
  if (sentAt >= pause.until) return failed(pause, now, retryAfterMs);
  const wasCounted = sentAt >= pause.from && sentAt <= pause.since;
  return {
    ...pause,
    until: Math.max(pause.until, now + (retryAfterMs ?? 0)),
    isGiven: pause.isGiven || retryAfterMs !== undefined,
    isRefused: true,
    count: Math.max(0, pause.count - (wasCounted ? 1 : 0)),
  };
}

/** The end was too early. */
function failed(pause: Pause, now: number, retryAfterMs: number | undefined): Pause {
  const failures = pause.failures + (pause.isRefused ? 1 : 0);
  const guess = Math.min(guessMs.first * 2 ** failures, guessMs.most);
  const isGiven = retryAfterMs !== undefined;
  return {
    ...pause,
    until: now + (retryAfterMs ?? guess),
    isGiven,
    isRefused: true,
    failures,
    triedAt: -Infinity,
  };
}

/**
 * In how many milliseconds an attempt may begin. After an end that is a guess, or was too early before, one goes ahead
 * of the others.
 */
export function msOfPause({ until, isGiven, failures, triedAt }: Pause, now: number): number {
  if (now < until) return until - now;
  const isTrial = !isGiven || failures > 0;
  return isTrial && now < triedAt + trialMs.most ? trialMs.retry : 0;
}

/** How long the throttle's window was that is over with the pause, as far as is known; Omneo took a call at `now`. */
export function spanOf({ since, until, isGiven, from }: Pause, now: number): number {
  const end = isGiven ? until : Math.min(now, Math.max(since, from + windowMs));
  return end - from;
}
