import { type Problem, notReady } from '../lib/problem.ts';
import { UpstreamError } from '../omneo/client/upstream.ts';

/** The settle window of an earlier attempt is not over; `missConclusiveIn` in milliseconds. */
export function unsettled(missConclusiveIn: number): Problem {
  return notReady('the outcome of an earlier attempt is still unknown', {
    retryAfter: Math.ceil(missConclusiveIn / 1000),
  });
}

/** Nobody may try again: Omneo has not shown that it would find the reward if it was made. */
export function unprovable(): Problem {
  return notReady('a human has to see in Omneo whether an earlier attempt has issued it', {
    outcome: 'unsettled',
    retryAfter: 3600,
  });
}

/** A create that begins now may outlast the process, and its retry would then have to wait until that is settled. */
export function leftToRetry(): Problem {
  return notReady('this replica is stopping');
}

/**
 * The caller of a webhook without an id hung up. It may have sent the webhook again elsewhere and got its reward, and
 * the ledger may have dropped that entry since: a create now could be a second reward.
 */
export function abandoned(): Problem {
  return notReady('the caller hung up');
}

/** Omneo would refuse the calls of an attempt, or they would take the room of others; nothing was sent. */
export function paceTaken(retryInMs: number): UpstreamError {
  return new UpstreamError('throttled', "Omneo's pace is taken", { retryAfter: Math.ceil(retryInMs / 1000) });
}
