import type { Doubtful } from '../ledger/ledger.ts';
import { UpstreamError } from '../omneo/client/upstream.ts';

/** A create was sent and its outcome is unknown. */
export class Doubt extends Error {
  override name = 'Doubt';
  readonly doubtful: Doubtful;

  constructor(cause: unknown, doubtful: Doubtful) {
    super('the outcome of a create is unknown', { cause });
    this.doubtful = doubtful;
  }
}

/** Refused before, not there after the settle window, refused again and still not there: that is final. */
export function refusedTwice(cause: unknown): UpstreamError {
  return new UpstreamError('rejected', 'Omneo refuses the reward and names no field', { cause });
}
