import type { Receipt } from '../ledger.ts';
import type { SealContext } from '../seal/sealed.ts';
import type { ParkedReason } from './deliveries.ts';

/** How a delivery ended, as its tenant's Klaviyo is still to be told. */
export type OutboxItem = Readonly<{
  deliveryId: string;
  tenant: string;
  /** The name of its action. */
  action: string;
  /** Sealed; empty: its person was erased. */
  webhook: Uint8Array;
  /** In which the webhook was sealed. */
  context: SealContext;
  outcome:
    Readonly<{ kind: 'issued'; receipt: Receipt }> | Readonly<{ kind: 'parked'; reason: ParkedReason }>;
  /** When it ended, in milliseconds since the epoch. */
  since: number;
  /** How long before it was taken that was, in milliseconds by the clock of the ledger: that of a replica may be wrong. */
  ageMs: number;
}>;

/** How many outcomes of a tenant Klaviyo is still to be told, and when the oldest came about, in milliseconds since the epoch. */
export type OutboxCount = Readonly<{ tenant: string; count: number; oldest: number }>;

/**
 * Outcomes that Klaviyo is still to be told. Each is put in by the very write that records the outcome, so that no
 * crash comes between the two; its delivery keeps the webhook until it is taken out. What is replayed, discarded,
 * claimed anew or erased leaves the outbox by that. Every method throws LedgerUnavailable when the ledger cannot be
 * reached, and may be carried out twice, or late.
 */
export interface Outbox {
  /** The tenants that have something in it which nobody has taken. */
  tenants(): Promise<readonly string[]>;
  /** Up to `most` items of the tenant, the oldest first. Nobody else gets them for `leaseMs`; then they can be taken again. */
  take(tenant: string, most: number, leaseMs: number): Promise<readonly OutboxItem[]>;
  /** Nobody gets an item for `dueInMs`, however old it is. Another outcome of the delivery is as due as it was. */
  postpone(item: Pick<OutboxItem, 'deliveryId' | 'outcome'>, dueInMs: number): Promise<void>;
  /** Takes an item out for good. The webhook of one that is issued is erased. Another outcome of the delivery stays. */
  remove(item: Pick<OutboxItem, 'deliveryId' | 'outcome'>): Promise<void>;
  /** What is in it, counted. */
  counts(): Promise<readonly OutboxCount[]>;
}
