import type { Claim, ClaimResult, LastAttempt } from '../ledger.ts';
import type { AttemptNote, DeliveryAdmin } from './deliveryadmin.ts';
import type { Outbox } from './outbox.ts';

/** Why a delivery is not done yet, and is attempted again by itself. */
export const waitingReasons = [
  'throttled',
  'unavailable',
  'credentials_refused',
  'unconfirmed',
  'suspended',
  'held',
  'profile_not_found',
  'replayed',
] as const;
export type WaitingReason = (typeof waitingReasons)[number];

/** Why no further attempt at a delivery can succeed by itself: a human decides. */
export const parkedReasons = [
  'profile_not_found',
  'rejected',
  'not_allowed',
  'invalid_payload',
  'id_reused',
  'gave_up',
  'unreadable',
] as const;
export type ParkedReason = (typeof parkedReasons)[number];

/** Keyed digests by which a delivery is found again; null: the webhook has none of that. */
export type SearchDigests = Readonly<{ id: string | null; person: string | null; email: string | null }>;

/** A webhook that is to be stored until it is done. */
export type NewDelivery = Readonly<{
  /** What answers and people name it by; unique, but while a webhook goes on under another key. */
  id: string;
  /** The name of its action. */
  action: string;
  /** Sealed: a ledger cannot read it. */
  webhook: Uint8Array;
  /** What may be read in clear, as JSON. */
  summary: string;
  digests: SearchDigests;
  /**
   * Of a webhook without an id: after so many milliseconds an equal one is another one, unless it becomes known what
   * became of the answer. Absent: whoever has the key has this delivery.
   */
  separateInMs?: number;
}>;

/** What the answer names a stored delivery by. */
export type AcceptedDelivery = Readonly<{ deliveryId: string; externalId: string }>;

/** A delivery that a courier may work on now, until its lease ends. */
export type TakenDelivery = Readonly<{
  held: Extract<ClaimResult, { claim: Claim }>;
  id: string;
  tenant: string;
  action: string;
  webhook: Uint8Array;
  /** What may be read in clear, as JSON. */
  summary: string;
  /** Empty: it holds no key, and no attempt was ever made at it. */
  fingerprint: string;
  /** The generated `external_id`; null: the webhook brings its own. */
  externalId: string | null;
  /** This one counted. */
  attempts: number;
  /** Of how many before this one nobody recorded the end, so that their leases ran out. */
  lapses: number;
  /** When it was accepted, or replayed last, in milliseconds since the epoch. */
  since: number;
  /** As `since`, or when it was taken after a budget held it last: from then on it is tried. */
  triedSince: number;
  /** A human has let it pass its budgets. */
  isReleased: boolean;
}>;

/** A tenant that has something due, now or later. */
export type DueTenant = Readonly<{ tenant: string; dueInMs: number }>;

/** How many deliveries of a tenant are in one state for one reason. */
export type DeliveryCount = Readonly<{
  tenant: string;
  state: 'waiting' | 'parked';
  reason: string;
  count: number;
  /** When the oldest of them was accepted, or replayed last, in milliseconds since the epoch. */
  oldest: number;
}>;

/** A webhook that is parked without having been attempted: it cannot be, or its key belongs to another one. */
export type NewParked = Readonly<{
  /** An equal one is stored once. */
  key: string;
  tenant: string;
  delivery: NewDelivery;
  reason: ParkedReason;
}>;

/** Why a delivery is parked, and for how many milliseconds it is kept. */
export type Parking = Readonly<{
  reason: ParkedReason;
  keepMs: number;
  /** A create was sent and its outcome is unknown: what is known of it. Absent: this attempt sent none. */
  attempt?: LastAttempt;
  /** It is put into the outbox by the same write. */
  toOutbox?: boolean;
}>;

/** Which deliveries that nobody works on are given up, and for how many milliseconds they are kept then. */
export type GivingUp = Readonly<{
  /** Those that are tried since then or longer, in milliseconds since the epoch. */
  acceptedBefore: number;
  keepMs: number;
}>;

/** Most deliveries that one call of `wake` or `giveUp` changes, so that nothing waits long for it. */
export const mostChanged = 1000;

/**
 * Keeps deliveries until they are done. Every method is atomic and on disk once it resolves, throws LedgerUnavailable
 * when the ledger cannot be reached, and may be carried out twice, or late.
 */
export interface DeliveryLedger {
  /**
   * The attempt came to nothing that a create could have made: due again in `dueInMs`. False when the claim is no longer
   * ours. The note is kept among the delivery's events.
   */
  postpone(claim: Claim, reason: WaitingReason, dueInMs: number, note?: AttemptNote): Promise<boolean>;
  /**
   * No further attempt is made until it is replayed. False when the claim is no longer ours. The note is kept among the
   * delivery's events.
   */
  park(claim: Claim, parking: Parking, note?: AttemptNote): Promise<boolean>;
  /**
   * Forgets an entry whose webhook goes on under another key. False when the claim is no longer ours. If what is stored
   * under `heirKey` is a delivery with the same id, that gets the events of this one.
   */
  drop(claim: Claim, heirKey?: string): Promise<boolean>;
  /** Stores a webhook as parked, for `keepMs`; gives the id of the delivery, which is that of an equal one stored before. */
  parkNew(parked: NewParked, keepMs: number): Promise<string>;
  /** Takes up to `most` deliveries of the tenant that are due, or whose lease ran out, the one that is due for longest first. */
  takeDue(tenant: string, most: number): Promise<readonly TakenDelivery[]>;
  /** Each tenant that has something unfinished, and when the first of it is due. */
  dueTenants(): Promise<readonly DueTenant[]>;
  /** Makes what waits for one of these reasons due now; gives how many, `mostChanged` at most. */
  wake(tenant: string, reasons: readonly WaitingReason[]): Promise<number>;
  /** Parks what is due or whose lease ran out, and is that old, as given up; gives how many, `mostChanged` at most. */
  giveUp(tenant: string, givingUp: GivingUp): Promise<number>;
  /**
   * Calls `listener` soon after something has become due now by a call of any gateway on this ledger, until the function
   * that is given is called. It may be called for nothing, or not at all: what is due has to be asked for now and then.
   */
  readonly onDue: (listener: () => void) => () => void;
  /** What waits and what is parked, counted. */
  counts(): Promise<readonly DeliveryCount[]>;
  /** How deliveries ended, as far as Klaviyo is still to be told. */
  readonly outbox: Outbox;
  /** What people do with deliveries. */
  readonly admin: DeliveryAdmin;
}
