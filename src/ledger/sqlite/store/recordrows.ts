import type { SQLOutputValue } from 'node:sqlite';
import type { DeliveryRecord } from '../../deliveries/deliveryadmin.ts';
import { readReceipt } from '../../receipttext.ts';
import type { Moment } from '../../storedentry.ts';

/** A row of what people see of deliveries. */
type RecordRow = Readonly<{
  delivery_id: string;
  tenant: string;
  action: string;
  state: DeliveryRecord['state'];
  reason: DeliveryRecord['reason'];
  summary: string;
  external_id: string | null;
  receipt: string | null;
  since: number;
  attempts: number;
  due_at: number | null;
  expires_at: number;
  has_webhook: number;
}>;

/** A delivery as people see it; what the ledger counts by its own time is told by that of the wall. */
export function recordOf(columns: Record<string, SQLOutputValue>, at: Moment): DeliveryRecord {
  const row = columns as RecordRow;
  const { tenant, action, state, reason, summary, since, attempts, external_id: externalId } = row;
  return {
    ...{ id: row.delivery_id, tenant, action, state, reason, summary, externalId, since, attempts },
    receipt: row.receipt === null ? null : readReceipt(row.receipt),
    dueAt: state === 'waiting' ? onTheWall(row.due_at ?? at.now, at) : null,
    keptUntil: row.expires_at === Infinity ? null : onTheWall(row.expires_at, at),
    hasWebhook: row.has_webhook === 1,
  };
}

function onTheWall(time: number, { now, date }: Moment): number {
  return Math.round(date + time - now);
}
