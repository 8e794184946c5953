import type { Receipt } from './ledger.ts';
import type { Moment } from './storedentry.ts';
import { type Stored, type Transition, live } from './transition.ts';

/**
 * What there is to see of an entry without a claim.
 * - `none`: nothing, as far as the ledger remembers.
 * - `open`: its reward is not known to exist, and may come by itself.
 * - `parked`, `discarded`: a human decides about it, or has decided against it.
 * - `issued`: done, with what is left of it.
 */
export type Peeked =
  | Readonly<{ state: 'none' | 'open' | 'parked' | 'discarded' }>
  | Readonly<{ state: 'issued'; receipt: Receipt }>;

/** Looks at an entry, and changes nothing. */
export function peek(stored: Stored, at: Moment): Transition<Peeked> {
  return { entry: stored, answer: peeked(live(stored, at)) };
}

function peeked(known: Stored): Peeked {
  switch (known?.state) {
    case undefined:
      return { state: 'none' };
    case 'issued':
      return { state: 'issued', receipt: known.receipt };
    case 'parked':
    case 'discarded':
      return { state: known.state };
    default:
      return { state: 'open' };
  }
}
