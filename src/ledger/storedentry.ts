import type { HeldCharges } from './budgets/budgets.ts';
import type { ParkedReason, SearchDigests, WaitingReason } from './deliveries/deliveries.ts';
import type { DeliveryEvent, DiscardReason } from './deliveries/deliveryadmin.ts';
import type { LastAttempt, Receipt } from './ledger.ts';

/** When a call is made, in milliseconds. */
export type Moment = Readonly<{
  /** By the time of the ledger, which never goes back: for leases, windows and retention. */
  now: number;
  /** Since the epoch. */
  date: number;
}>;

/** What of a delivery no decision depends on. */
export type StoredContent = Readonly<{
  action: string;
  /** Sealed; null once its reward exists and nobody is to be told of it any more, or it is discarded. */
  webhook: Uint8Array | null;
  summary: string;
  digests: SearchDigests;
}>;

/**
 * The webhook behind an entry, as a durable ledger keeps it. Content that is absent was not read, since nothing needed
 * it, and stays as it is stored.
 */
export type StoredDelivery = Partial<StoredContent> &
  Readonly<{
    id: string;
    tenant: string;
    /** When it was accepted, or replayed last, in milliseconds since the epoch. */
    since: number;
    /** When it was taken, or replayed, after a budget held it last, in milliseconds since the epoch; null: it was never held. */
    triedSince: number | null;
    /** How often it was taken to be worked on. */
    attempts: number;
    /** Of how many attempts nobody recorded the end, so that their leases ran out, since it was accepted or replayed last. */
    lapses: number;
    /** From this moment on an equal webhook is another one; null: never. */
    separateAt: number | null;
    /** Of a webhook without an id: an answer to it is known to be out. */
    isAnswered: boolean;
    /** What happened to it, the oldest first; without the arrival at `since`, unless `since` was moved. */
    history: readonly DeliveryEvent[];
  }>;

/** What every entry holds of which nobody knows yet that its reward exists. */
type Unsettled = Readonly<{
  tenant: string;
  fingerprint: string;
  /** When this fingerprint first claimed the key, in milliseconds since the epoch. */
  claimedAt: number;
  /** That of the first attempt. */
  externalId: string;
  attempt: LastAttempt;
  isFindable: boolean;
  /** The longest of those of its holders, whose settings may differ. */
  settleWindowMs: number;
  expiresAt: number;
  /** What is charged to budgets for it. */
  reserved?: HeldCharges | undefined;
  /** The fingerprint that a human has let pass its budgets. */
  released?: string | undefined;
  /** Absent: the webhook is not stored, its caller brings it again. */
  delivery?: StoredDelivery;
}>;

/** Held by one owner until its lease ends; then it counts as unconfirmed until another claim takes it. */
export type PendingEntry = Unsettled &
  Readonly<{
    state: 'pending';
    owner: string;
    leaseEnds: number;
    /** When a create of an earlier holder may last have been under way; null: never. */
    attemptedAt: number | null;
  }>;

/** Held by nobody; a create may have been under way at `attemptedAt`. */
export type UnconfirmedEntry = Unsettled & Readonly<{ state: 'unconfirmed'; attemptedAt: number }>;

/** A delivery that nobody works on, until it is due. */
export type WaitingEntry = Unsettled &
  Readonly<{ state: 'waiting'; attemptedAt: number | null; reason: WaitingReason; dueAt: number }>;

/** A delivery of which Klaviyo is still to be told how it ended. */
type Outboxed = Readonly<{
  /** When it ended so, in milliseconds since the epoch, and when it may be taken to be told. Absent: there is nothing to tell. */
  outbox?: Readonly<{ since: number; dueAt: number }>;
}>;

/** A delivery that a human decides about. */
export type ParkedEntry = Unsettled &
  Outboxed &
  Readonly<{ state: 'parked'; attemptedAt: number | null; reason: ParkedReason }>;

/** A delivery that ended without a reward, as far as is known. Its webhook is erased. */
export type DiscardedEntry = Unsettled &
  Readonly<{ state: 'discarded'; attemptedAt: number | null; reason: DiscardReason }>;

/** Its reward exists. */
export type IssuedEntry = Outboxed &
  Readonly<{
    state: 'issued';
    fingerprint: string;
    externalId: string;
    receipt: Receipt;
    /** An answer that names the reward is known to be out. */
    isAnswered: boolean;
    expiresAt: number;
    /** Absent: the webhook was not stored. */
    delivery?: StoredDelivery;
  }>;

export type StoredEntry =
  PendingEntry | UnconfirmedEntry | WaitingEntry | ParkedEntry | DiscardedEntry | IssuedEntry;
