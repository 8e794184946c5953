import type { DeliveryEvent, DeliveryRecord } from '../../deliveries/deliveryadmin.ts';
import { readReceipt } from '../../receipttext.ts';
import type { ResultRow } from '../database.ts';

/** A delivery as people see it. */
export function recordOfResult(row: ResultRow): DeliveryRecord {
  return {
    id: String(row['delivery_id']),
    tenant: String(row['tenant']),
    action: String(row['action']),
    state: row['state'] as DeliveryRecord['state'],
    reason: row['reason'] as DeliveryRecord['reason'],
    summary: String(row['summary']),
    externalId: textOf(row['external_id']),
    receipt: typeof row['receipt'] === 'string' ? readReceipt(row['receipt']) : null,
    since: Number(row['since']),
    attempts: Number(row['attempts']),
    dueAt: momentOf(row['due_at']),
    keptUntil: momentOf(row['kept_until']),
    hasWebhook: row['has_webhook'] === true,
  };
}

/** The events of a row, which the ledger itself has written. */
export function eventsOfResult(row: ResultRow): readonly DeliveryEvent[] {
  return (row['history'] ?? []) as readonly DeliveryEvent[];
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function momentOf(value: unknown): number | null {
  return value === null ? null : Math.round(Number(value));
}
