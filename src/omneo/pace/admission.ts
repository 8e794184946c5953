import { type CallWindow, advance, countOf, msUntilAtMost, windowMs } from './callwindow.ts';
import { msOfPause } from './pause.ts';
import { type PaceState, type Turns, limitNow, minuteOver, reservedNow } from './pacestate.ts';

/** Whether the attempt is at a webhook that arrives now, or at one that was accepted before and waits. */
export type AttemptKind = 'arrives' | 'waiting';

/**
 * Whether an attempt may begin; if not, in how many milliseconds there may be room for it. `isCertain`: the spec or Omneo's
 * headers say so; else it is a guess from refusals, which may have had any cause.
 */
export type Admission = Readonly<{ ok: true } | { ok: false; retryInMs: number; isCertain: boolean }>;

type Asked = Readonly<{
  kind: AttemptKind;
  now: number;
  limit: number;
  window: CallWindow;
  reserved: number;
}>;

/** Of the limit: while webhooks arrive, what waits leaves so much free, so that some at once find room. */
const freeShare = 0.05;
/** Of the limit: however many webhooks arrive, so much is for what waits. */
const leastShare = 0.05;
/** Who has asked within this time may ask again, in milliseconds. */
const recentMs = 90_000;
/** Attempts at what waits may be this much ahead of an even spread, since who asks may be late. In milliseconds. */
const aheadMs = 2_000;
/** After a refusal, attempts at what waits begin in groups, this far apart: those of a group share look-ups. In milliseconds. */
const groupMs = 1_500;
/** Nobody is to ask more often, in milliseconds. */
const leastRetryMs = 25;

/**
 * Decides on one attempt before its first call, and if it may begin reserves its calls. `most` is the limit of the
 * tenant's spec in calls a minute. Nothing queues here: whoever is refused asks again.
 */
export function admit(
  before: PaceState,
  { kind, most, now }: Readonly<{ kind: AttemptKind; most: number | undefined; now: number }>,
): Readonly<{ state: PaceState; admission: Admission }> {
  const state = asking(minuteOver(before, now), kind, now);
  const { callsPerMinute: limit, learnedFrom } = limitNow(state, most, now);
  const window = advance(state.window, now);
  const asked = { kind, now, limit, window, reserved: reservedNow(state.reserve, now) };
  const paused = state.pause === undefined ? 0 : msOfPause(state.pause, now);
  const wait = Math.max(paused, msUntilTurn(state, asked));
  if (wait <= 0) return { state: admitted(state, asked), admission: { ok: true } };
  const isLimited = paused <= 0 && learnedFrom === 'refusals';
  const limitedAt = isLimited ? now : state.limitedAt;
  const retryInMs = Math.max(leastRetryMs, Math.ceil(wait));
  const isSaid = learnedFrom === 'spec' || learnedFrom === 'header';
  const isCertain = paused > 0 ? state.pause?.isGiven === true : isSaid;
  return { state: { ...state, window, limitedAt }, admission: { ok: false, retryInMs, isCertain } };
}

/** With the time of this question. The share of what waits begins with the first in a while. */
function asking(state: PaceState, kind: AttemptKind, now: number): PaceState {
  const { turns } = state;
  if (kind === 'arrives') return { ...state, turns: { ...turns, arrivedAt: now } };
  const shareAt = isRecent(turns.waitedAt, now) ? turns.shareAt : Math.max(turns.shareAt, now);
  return { ...state, turns: { ...turns, waitedAt: now, shareAt } };
}

function isRecent(askedAt: number, now: number): boolean {
  return now < askedAt + recentMs;
}

/** In how many milliseconds there is room that is not for others. */
function msUntilTurn(state: PaceState, asked: Asked): number {
  const { kind, limit, now } = asked;
  if (limit === Infinity) return 0;
  const { turns, callsPerAttempt } = state;
  if (kind === 'arrives') return msUntilRoom(state, asked, owedCalls(state, asked));
  const free = isRecent(turns.arrivedAt, now) ? Math.max(freeShare * limit, callsPerAttempt) : 0;
  const even = turns.evenAt - aheadMs - now;
  const inTurn = Math.max(even > 0 ? even + groupMs : 0, msUntilRoom(state, asked, free));
  return Math.min(inTurn, Math.max(turns.shareAt - now, msUntilRoom(state, asked, 0)));
}

/** Calls of the share of what waits that it could not make yet. */
function owedCalls({ turns, callsPerAttempt }: PaceState, { limit, now }: Asked): number {
  const lateMs = Math.min(now - turns.shareAt, windowMs);
  if (lateMs < 0 || !isRecent(turns.waitedAt, now)) return 0;
  return callsPerAttempt + (leastShare * limit * lateMs) / windowMs;
}

/** In how many milliseconds the attempt leaves `free` calls of the limit. When there are no others it may always begin. */
function msUntilRoom(
  { callsPerAttempt }: PaceState,
  { limit, window, reserved, now }: Asked,
  free: number,
): number {
  const others = Math.max(0, limit - free - callsPerAttempt);
  if (countOf(window) + reserved <= others) return 0;
  return Math.max(leastRetryMs, msUntilAtMost(window, Math.max(0, others - reserved), now));
}

function admitted(state: PaceState, asked: Asked): PaceState {
  const { now, window, reserved } = asked;
  const { tally, pause, callsPerAttempt } = state;
  return {
    ...state,
    window,
    reserve: { calls: reserved + callsPerAttempt, at: now },
    tally: { ...tally, attempts: tally.attempts + 1 },
    pause: pause && { ...pause, triedAt: now },
    turns: turnsAfter(state, asked),
  };
}

/** Every attempt takes its place in the even spread, so that what waits gets what arriving ones leave. */
function turnsAfter({ turns, callsPerAttempt }: PaceState, { kind, now, limit }: Asked): Turns {
  const takesMs = (callsPerAttempt * windowMs) / limit;
  const evenAt = Math.min(Math.max(turns.evenAt, now) + takesMs, now + windowMs);
  if (kind === 'arrives') return { ...turns, evenAt };
  const shareAt = Math.min(Math.max(turns.shareAt, now - windowMs), now) + takesMs / leastShare;
  return { ...turns, evenAt, shareAt };
}

/** As if so many attempts at what waits had not been admitted, since there was nothing to attempt. */
export function givenBack(
  state: PaceState,
  { attempts, most, now }: Readonly<{ attempts: number; most: number | undefined; now: number }>,
): PaceState {
  const { reserve, tally, turns, callsPerAttempt } = state;
  const calls = attempts * callsPerAttempt;
  const takesMs = (calls * windowMs) / limitNow(state, most, now).callsPerMinute;
  return {
    ...state,
    reserve: { calls: Math.max(0, reservedNow(reserve, now) - calls), at: now },
    tally: { ...tally, attempts: Math.max(0, tally.attempts - attempts) },
    turns: { ...turns, evenAt: turns.evenAt - takesMs, shareAt: turns.shareAt - takesMs / leastShare },
  };
}
