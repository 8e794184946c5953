import type { Parking, WaitingReason } from '../ledger/deliveries/deliveries.ts';
import { jittered } from '../lib/backoff.ts';
import { Problem } from '../lib/problem.ts';
import { BudgetExceeded } from './limits/budgetexceeded.ts';
import { SuspendedMeanwhile, suspendedMs } from './limits/suspendedmeanwhile.ts';
import { UpstreamError } from '../omneo/client/upstream.ts';

/** After the first failure that may pass by itself, up to so many milliseconds; doubled with each further one. */
const baseMs = 5000;
/** Longest pause between two attempts, in milliseconds. */
const capMs = 15 * 60_000;

/** What a failed attempt was made on. */
export type AttemptState = Readonly<{
  /** How many were made, this one counted. */
  attempts: number;
  /** How long ago the webhook was accepted, or replayed last, in milliseconds. */
  ageMs: number;
  giveUpAfterMs: number;
  /** The outcome of an earlier create is unknown. */
  isUnconfirmed: boolean;
  /** A profile that is not found may still come. */
  waitsForProfile: boolean;
  random: () => number;
}>;

/** What becomes of a delivery after an attempt that failed: it waits, or a human decides. */
export type NextStep =
  Readonly<{ wait: WaitingReason; dueInMs: number }> | Readonly<{ park: Parking['reason'] }>;

/** Decides what becomes of a delivery whose attempt ended in this error. One that failed for too long is parked. */
export function nextStep(error: unknown, state: AttemptState): NextStep {
  // However long these take: another day lets it go, or the end of the suspension.
  if (error instanceof BudgetExceeded) return { wait: 'held', dueInMs: error.dueInMs };
  if (error instanceof SuspendedMeanwhile) return { wait: 'suspended', dueInMs: suspendedMs };
  const step = stepAfter(error, state);
  return 'wait' in step && state.ageMs >= state.giveUpAfterMs ? { park: 'gave_up' } : step;
}

function stepAfter(error: unknown, state: AttemptState): NextStep {
  if (error instanceof UpstreamError) return stepAfterUpstream(error, state);
  if (error instanceof Problem) return stepAfterProblem(error, state);
  // A bug: another attempt may run into it or not, and the delivery stays either way.
  return later('unavailable', state);
}

function stepAfterUpstream({ fault, retryAfter = 0 }: UpstreamError, state: AttemptState): NextStep {
  switch (fault) {
    case 'throttled':
      return later('throttled', state, retryAfter * 1000);
    case 'refused':
      return later('credentials_refused', state, retryAfter * 1000);
    case 'unavailable':
      return later('unavailable', state, retryAfter * 1000);
    case 'rejected':
      return { park: 'rejected' };
  }
}

function stepAfterProblem(problem: Problem, state: AttemptState): NextStep {
  const { code } = problem;
  switch (code) {
    case 'profile_not_found':
      return state.waitsForProfile ? later('profile_not_found', state) : { park: 'profile_not_found' };
    case 'id_reused':
      return { park: 'id_reused' };
    case 'invalid_json':
    case 'invalid_payload':
      return { park: 'invalid_payload' };
    case 'not_allowed':
      return { park: 'not_allowed' };
    case 'reward_rejected':
      return { park: 'rejected' };
    default:
      return later(state.isUnconfirmed ? 'unconfirmed' : 'unavailable', state, askedMs(problem));
  }
}

/** The hour that is asked of a caller when nobody may try again is too long here: any reward that is found may change that. */
function askedMs({ outcome, retryAfter = 0 }: Problem): number {
  return outcome === 'unsettled' ? 0 : retryAfter * 1000;
}

/** Full jitter under a cap that doubles; `atLeastMs` is what was asked for. */
function later(wait: WaitingReason, { attempts, random }: AttemptState, atLeastMs = 0): NextStep {
  return { wait, dueInMs: atLeastMs + jittered(Math.max(1, attempts), { baseMs, capMs, random }) };
}
