import type { ParkedReason, SearchDigests, WaitingReason } from './deliveries.ts';
import type { Receipt } from '../ledger.ts';
import type { SealContext } from '../seal/sealed.ts';

export const deliveryStates = ['pending', 'waiting', 'issued', 'parked', 'discarded'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** Why a delivery was discarded: a human decided against it, or its person was erased. */
export const discardReasons = ['decided', 'erased'] as const;
export type DiscardReason = (typeof discardReasons)[number];

/** What a human discards: what is parked, what is held, or whatever is not done and nobody works on. */
export type Discardable = 'parked' | 'held' | 'unfinished';

/** How one attempt ended, for the delivery's events. */
export type AttemptNote = Readonly<{
  /** `issued`, or the reason that the delivery waits or is parked for. */
  result: 'issued' | WaitingReason | ParkedReason;
  /** What it failed with, as webhooks are answered. */
  code?: string;
  /** The HTTP status that Omneo answered with. */
  omneoStatus?: number;
  /** In milliseconds. */
  tookMs: number;
  /** What the person was found by. */
  matchedBy?: string;
}>;

/** Who decided something about a delivery, and why, in their words. */
export type Decision = Readonly<{ by: string; why: string }>;

/** Something that happened to a delivery, at a time in milliseconds since the epoch. */
export type DeliveryEvent = Readonly<{ at: number }> &
  (
    | Readonly<{ kind: 'arrived' }>
    | (Readonly<{ kind: 'attempted' }> & AttemptNote)
    | (Readonly<{ kind: 'replayed' | 'corrected' | 'discarded' | 'erased' }> & Decision)
  );

/** Most events that are kept of one delivery; the first and the newest stay. */
export const mostEvents = 50;

/** A delivery as people see it. Times are in milliseconds since the epoch. */
export type DeliveryRecord = Readonly<{
  id: string;
  tenant: string;
  action: string;
  state: DeliveryState;
  reason: WaitingReason | ParkedReason | DiscardReason | null;
  /** JSON, in clear. */
  summary: string;
  /** The generated one; null: the webhook brings its own, or it never had one. */
  externalId: string | null;
  /** Once it is issued. */
  receipt: Receipt | null;
  /** When it was accepted, or replayed last, in whole milliseconds. */
  since: number;
  attempts: number;
  /** Of a waiting delivery. */
  dueAt: number | null;
  /** Null: until it is done. */
  keptUntil: number | null;
  hasWebhook: boolean;
}>;

/** Which deliveries; what is absent does not matter. */
export type DeliveryFilter = Readonly<{
  /** At least one. */
  tenants: readonly string[];
  action?: string;
  state?: DeliveryState;
  reason?: string;
  /** One of the digests of each kind that is given: a value has one under each sealing key. */
  digests?: Readonly<Partial<Record<keyof SearchDigests, readonly string[]>>>;
  /** Accepted, or replayed last, then or later, in milliseconds since the epoch. */
  since?: number;
  /** Accepted, or replayed last, before then, in milliseconds since the epoch. */
  until?: number;
}>;

/** The place of a delivery in a list: what comes after it is older. */
export type ListPlace = Readonly<Pick<DeliveryRecord, 'since' | 'id'>>;

/** A stored webhook, and the context in which it was sealed. */
export type SealedWebhook = Readonly<{ webhook: Uint8Array; context: SealContext }>;

/** A webhook that a human puts in the place of the one that is parked, under the same idempotency key. */
export type Correction = Readonly<{
  /** Sealed in the context of the one that it replaces. */
  webhook: Uint8Array;
  summary: string;
  digests: SearchDigests;
  /** As a claim of it would bring it; not used by a delivery that never had a key of its own. */
  fingerprint: string;
}>;

/** How many deliveries arrived in one hour, by what has become of them. */
export type HourCount = Readonly<{
  /** Its begin, in milliseconds since the epoch. */
  hour: number;
  state: DeliveryState;
  count: number;
}>;

/** How many deliveries were erased, and how many are being worked on and have to be erased later. */
export type ErasedCount = Readonly<{ erased: number; underWay: number }>;

/**
 * What people do with deliveries. Every method is atomic for each delivery, on disk once it resolves, and throws
 * LedgerUnavailable when the ledger cannot be reached. Reading locks nothing that webhooks wait for.
 */
export interface DeliveryAdmin {
  /** Up to `limit` deliveries, the newest `since` first, from `after` on. */
  list(
    filter: DeliveryFilter,
    page: Readonly<{ limit: number; after?: ListPlace }>,
  ): Promise<readonly DeliveryRecord[]>;
  /** One delivery with its events, the oldest first. */
  find(
    id: string,
  ): Promise<Readonly<{ record: DeliveryRecord; events: readonly DeliveryEvent[] }> | undefined>;
  /** Its webhook; undefined: there is none any more. */
  webhookOf(id: string): Promise<SealedWebhook | undefined>;
  /** Makes up to `limit` parked deliveries due now, the oldest first; gives how many. */
  replayAll(filter: DeliveryFilter, decision: Decision, limit: number): Promise<number>;
  /**
   * Makes one parked delivery due now, with another webhook if one is given; or one that is held, which then passes its
   * budgets. False when it is neither.
   */
  replayOne(id: string, decision: Decision, correction?: Correction): Promise<boolean>;
  /**
   * Ends up to `limit` parked deliveries without a reward, or with the reason `held` those that are held, the oldest first,
   * and erases their webhooks; gives how many.
   */
  discardAll(filter: DeliveryFilter, decision: Decision, limit: number): Promise<number>;
  /** Ends one parked or waiting delivery likewise. False when it is neither. */
  discardOne(id: string, decision: Decision): Promise<boolean>;
  /** Erases the webhooks and the digests of deliveries that have one of these digests, and discards what is not done. */
  erase(
    tenant: string,
    digests: NonNullable<DeliveryFilter['digests']>,
    decision: Decision,
  ): Promise<ErasedCount>;
  /** What arrived from `since` on, by hour. */
  activity(tenant: string, since: number): Promise<readonly HourCount[]>;
}
