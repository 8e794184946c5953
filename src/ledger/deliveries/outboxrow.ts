import { readReceipt } from '../receipttext.ts';
import { parkedReasons } from './deliveries.ts';
import type { OutboxItem } from './outbox.ts';
import { keyAsItCame } from './storeddelivery.ts';

/** A row of an entry that is in the outbox, as a database gives it. */
export type OutboxRow = Readonly<Record<string, unknown>>;

/** The item of a row. A reason that a later release has given counts as having given up. */
export function outboxItemOf({ key, delivery_id, tenant, action, webhook, ...how }: OutboxRow): OutboxItem {
  const deliveryId = String(delivery_id);
  const slug = String(tenant);
  return {
    deliveryId,
    tenant: slug,
    action: String(action),
    webhook: webhook instanceof Uint8Array ? webhook : new Uint8Array(),
    context: { tenant: slug, key: keyAsItCame(String(key), deliveryId) },
    outcome: outcomeOf(how),
    since: Number(how['since']),
    ageMs: Number(how['age_ms']),
  };
}

function outcomeOf({ receipt, reason }: OutboxRow): OutboxItem['outcome'] {
  if (typeof receipt === 'string') return { kind: 'issued', receipt: readReceipt(receipt) };
  return { kind: 'parked', reason: parkedReasons.find((known) => known === reason) ?? 'gave_up' };
}

/** The older item first. */
export function byAge({ since }: OutboxItem, other: OutboxItem): number {
  return since - other.since;
}
