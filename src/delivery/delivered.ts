import type { AcceptedDelivery, WaitingReason } from '../ledger/deliveries/deliveries.ts';
import type { AttemptResult } from './attempt.ts';

/** What a successful webhook is answered with. */
export type Issued = AttemptResult &
  Readonly<{
    externalId: string;
    /** Whether the caller may have the answer, or is to come back since the ledger has not recorded this yet. */
    mayBeAnswered: boolean;
    /** Resolves when the ledger has recorded it, or the tries are over. */
    settled: Promise<void>;
  }>;

/** What a webhook is answered with that is stored, and not done yet. */
export type Accepted = AcceptedDelivery &
  Readonly<{
    status: 'accepted';
    /** Why it was postponed; absent: it was accepted before, or is being worked on. */
    reason?: WaitingReason;
    /** The failure that it was postponed for, if an attempt was made. */
    cause?: unknown;
  }>;

/** A webhook that ended in a final failure, and is stored for a human to decide about; the failure is its cause. */
export class Parked extends Error {
  override name = 'Parked';
  readonly deliveryId: string;

  constructor(deliveryId: string, cause: unknown) {
    super('the delivery is parked', { cause });
    this.deliveryId = deliveryId;
  }
}
