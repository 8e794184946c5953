import type { UnconfirmedAttempt } from '../../ledger/ledger.ts';
import { UpstreamError } from '../../omneo/client/upstream.ts';

/** A create was sent and its outcome is unknown. */
export class UnknownOutcome extends Error {
  override name = 'UnknownOutcome';
  readonly unconfirmed: UnconfirmedAttempt;

  constructor(cause: unknown, unconfirmed: UnconfirmedAttempt) {
    super('the outcome of a create is unknown', { cause });
    this.unconfirmed = unconfirmed;
  }
}

/** Refused before, not there after the settle window, refused again and still not there: that is final. */
export function refusedTwice(cause: unknown): UpstreamError {
  const status = cause instanceof UpstreamError ? cause.status : undefined;
  return new UpstreamError('rejected', 'Omneo refuses the create and names no field', { cause, status });
}
