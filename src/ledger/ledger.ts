import type { ResourceId } from '../lib/resourceid.ts';
import type { Reservation, Reserved } from './budgets/budgets.ts';
import type { AttemptNote } from './deliveries/deliveryadmin.ts';
import type { AcceptedDelivery, DeliveryLedger, NewDelivery } from './deliveries/deliveries.ts';
import type { LedgerStats } from './ledgerstats.ts';
import type { Peeked } from './peek.ts';

/** What is left of a webhook that was issued: the answer to every later copy of it. */
export type Receipt = Readonly<{ resourceId: ResourceId; matchedBy: string }>;

/** What a webhook asks to be remembered under. */
export type Entry = Readonly<{
  /** Unique over everything that shares the ledger; holds no payload value. */
  key: string;
  /** The tenant's slug: one tenant's unsettled entries must leave room for those of the others. */
  tenant: string;
  /** Digest of what the webhook asks for: an issued key answers only to its own. */
  fingerprint: string;
  /** The `external_id` that a create would carry. */
  externalId: string;
  /** It was generated for this attempt, so that the ledger has to give it to the next one. */
  isGenerated?: boolean;
  /** The webhook itself, to be stored with the claim if it is won. Only a ledger that keeps deliveries takes it. */
  delivery?: NewDelivery;
}>;

/** The right to settle one entry, held by one owner until its lease ends. */
export type Claim = Readonly<{
  key: string;
  owner: string;
  /** The `external_id` of the first attempt, which may differ from that of this one. */
  externalId: string;
  /** On the holder's monotonic clock, in milliseconds: before this moment nobody else can hold the claim. */
  leasedUntil: number;
  /** The delivery that it is a claim of; absent: the webhook is not stored. */
  deliveryId?: string;
}>;

/** What became of the answer to one attempt. */
export type AnswerOutcome = Readonly<{
  isSent: boolean;
  /** From now on an equal webhook counts as a retry for so long, in whole milliseconds. */
  keepMs: number;
}>;

/**
 * What is known of the last attempt at an entry that is unconfirmed.
 * - `unknown`: its lease ran out, or another webhook under the same key made it; a create may have been sent or not.
 * - `sent`: a create for this very fingerprint was sent, after a look-up that found nothing.
 * - `refused`: as `sent`, and the answer was a refusal in words that are no validation.
 */
export type LastAttempt = 'unknown' | 'sent' | 'refused';

/** What the holder of a claim knows of a create whose outcome it does not know. */
export type UnconfirmedAttempt = Readonly<{
  attempt: LastAttempt;
  /** Once the settle window has passed, a look-up alone would settle it: then the entry may make room for others. */
  isFindable: boolean;
}>;

/** A claim that is ours. */
type Held = Readonly<{
  claim: Claim;
  /** When this fingerprint first claimed the key, in milliseconds since the epoch. */
  claimedAt: number;
}>;

/**
 * The answer to a claim.
 * - `won`: no create was ever attempted under this key, as far as the ledger remembers.
 * - `unconfirmed`: ours, but an earlier create may have reached Omneo; that Omneo does not show it is to be
 *   believed only after `missConclusiveIn` milliseconds. The fingerprint may be another one than that attempt's.
 * - `issued`: done, with what is left of it.
 * - `busy`: somebody else holds it; `accepted`, if that one is a delivery of the same webhook.
 * - `accepted`: the same webhook is stored as a delivery, and nobody works on it at the moment.
 * - `mismatch`: under this key something else was issued, or is stored as a delivery.
 * - `full`: nothing can be remembered now.
 */
export type ClaimResult =
  | (Held & Readonly<{ result: 'won' }>)
  | (Held & Readonly<{ result: 'unconfirmed'; missConclusiveIn: number; attempt: LastAttempt }>)
  | Readonly<{ result: 'issued'; receipt: Receipt; externalId: string }>
  | Readonly<{ result: 'busy'; accepted?: AcceptedDelivery }>
  | Readonly<{ result: 'accepted'; accepted: AcceptedDelivery }>
  | Readonly<{ result: 'mismatch' | 'full' }>;

/** What the ledger said to a claim; `unavailable`: nothing. */
export type ClaimStatus = ClaimResult['result'] | 'unavailable';

/** What is recorded of a delivery by the write that settles it. */
export type SettleDetails = Readonly<{
  /** It is kept among its events. */
  note?: AttemptNote | undefined;
  /** It is put into the outbox, and keeps its webhook until it is taken out. */
  toOutbox?: boolean | undefined;
}>;

/** What is spent of one budget; `cents` are hundredths of an amount, whole ones. */
export type Spent = Readonly<{ budget: string; rewards: number; cents: number }>;

/**
 * Remembers which webhooks were issued. Every method is atomic, and throws LedgerUnavailable when the ledger
 * cannot be reached. A claim is fenced: once somebody else holds the key, `renew` gives null and the other
 * methods do nothing.
 */
export interface Ledger {
  /**
   * Asks for the right to issue. A pending entry whose lease ran out counts as `unconfirmed`, and an unconfirmed
   * entry takes any fingerprint: what Omneo shows decides whether the key was used for something else.
   */
  claim(entry: Entry): Promise<ClaimResult>;
  /** What is known under a key. Nothing changes, and nothing is claimed. */
  peek(key: string): Promise<Peeked>;
  /** Starts the lease anew; null when the claim is no longer ours. */
  renew(claim: Claim): Promise<Claim | null>;
  /**
   * Charges budgets for what the claim is about to create, right before it does; all of them, or none. A second call under
   * the same claim changes nothing. A definite failure gives the charge back with the call that records it: `release`,
   * `postpone`, `park` without an attempt, or `drop`. After an unknown outcome it stays, until a later claim reserves, which
   * says that nothing came of it; once it is settled it stays for good.
   */
  reserve(claim: Claim, reservation: Reservation): Promise<Reserved>;
  /** What is spent of these budgets; one that nothing was charged to is left out. */
  spent(budgets: readonly string[]): Promise<readonly Spent[]>;
  /**
   * The reward exists: every later claim is answered `issued`, for `keepMs`, or for the whole retention unless it
   * is given. False when the claim is no longer ours.
   */
  settle(claim: Claim, receipt: Receipt, keepMs?: number, details?: SettleDetails): Promise<boolean>;
  /**
   * A create was sent and its outcome is unknown: `unconfirmed` from now on. A delivery is due when the settle window has
   * passed, and the note is kept among its events.
   */
  markUnconfirmed(claim: Claim, unconfirmed: UnconfirmedAttempt, note?: AttemptNote): Promise<void>;
  /** Nothing came of this claim: the entry is as it was before, and a delivery is due again at once. */
  release(claim: Claim): Promise<void>;
  /**
   * Keeps the entry under which the reward with this `external_id` was issued as long as it is needed: while no
   * answer is known to be sent for the whole retention, from the first one that is for its `keepMs`, and after a
   * record of any later answer for at least the `keepMs` of that. After it an equal webhook is a new one.
   */
  recordAnswer(key: string, externalId: string, outcome: AnswerOutcome): Promise<void>;
  /**
   * An answer is about to be given that names the reward with this `external_id`: until its outcome is recorded by `recordAnswer`,
   * the entry is kept for `keepMs` only. An answer whose gateway dies must not keep it for the whole retention.
   */
  expectAnswer(key: string, externalId: string, keepMs: number): Promise<void>;
  /**
   * Shows that the ledger can be written to, by a write that changes nothing; may be called at any time, and again.
   *
   * @throws LedgerUnavailable, whose message is for an operator: what is wrong, where, and which setting to change.
   */
  check(): Promise<void>;
  /** Records a fact for every gateway on this ledger, for `keepMs`, or for the retention: the largest value under a name counts. */
  recordMax(name: string, value: number, keepMs?: number): Promise<void>;
  /** The largest value that was recorded under the name and is kept; 0 if there is none. */
  readMax(name: string): Promise<number>;
  /**
   * What an operator may see of it, for a ledger that has any of that. No webhook waits for it. Throws whatever keeps it
   * from looking, which says nothing about the other methods.
   */
  stats?(): Promise<LedgerStats>;
  /** Only of a ledger that keeps deliveries: what it acknowledged survives the process. */
  readonly deliveries?: DeliveryLedger;
  close(): Promise<void>;
}

/**
 * The ledger cannot be reached or did not answer in time: nothing may be issued. The message is for logs: it names
 * hosts, but never a password or what was claimed.
 */
export class LedgerUnavailable extends Error {
  override name = 'LedgerUnavailable';
  readonly isClean = true;
}

/** How long the ledger keeps what. All in milliseconds. */
export type LedgerTimes = Readonly<{
  /** A claim is held this long unless it is renewed. */
  leaseMs: number;
  /** After an attempt whose outcome is unknown, this long a look-up that finds nothing proves nothing. */
  settleWindowMs: number;
  /** Kept this long after the last change. */
  retentionMs: number;
}>;
