import type { Clock } from '../../lib/clock.ts';
import { RandomBytes } from '../../lib/randombytes.ts';
import type { LedgerTimes } from '../ledger.ts';

/** Clocks are taken to run equally fast but for one part in so many; a holder counts its lease shorter by that. */
const drift = 1000;

/** Names of those who claim. */
export class Owners {
  readonly #bytes = new RandomBytes(12);

  /** Short, since every claim is stored with one, and nobody else ever has the same. */
  next(): string {
    return this.#bytes.next().toString('base64url');
  }
}

/**
 * Until when a lease that is asked for now is ours, on the monotonic clock. Counted from before the request leaves: on
 * the server the lease begins, and so ends, later.
 */
export function leaseFromNow(
  clock: Pick<Clock, 'monotonic'>,
  { leaseMs }: Pick<LedgerTimes, 'leaseMs'>,
): number {
  return clock.monotonic() + leaseMs - leaseMs / drift;
}
