import type { LastAttempt, Receipt } from './ledger.ts';

/** When a call is made, in milliseconds. */
export type Moment = Readonly<{
  /** By the time of the ledger, which never goes back: for leases, windows and retention. */
  now: number;
  /** Since the epoch. */
  date: number;
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

/** Its reward exists. */
export type IssuedEntry = Readonly<{
  state: 'issued';
  fingerprint: string;
  externalId: string;
  receipt: Receipt;
  /** An answer that names the reward is known to be out. */
  isAnswered: boolean;
  expiresAt: number;
}>;

export type StoredEntry = PendingEntry | UnconfirmedEntry | IssuedEntry;
