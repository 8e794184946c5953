import type { AttemptEnded } from '../delivery/delivertaken.ts';
import { Parked } from '../delivery/parked.ts';
import { errorNames } from '../lib/log.ts';

/** How an attempt of a courier ended, as it is counted and logged. */
export const deliveryResults = ['issued', 'postponed', 'unconfirmed', 'parked', 'failed'] as const;
export type DeliveryResult = (typeof deliveryResults)[number];

/** How the attempt ended; `failed`: the ledger could not record it, or a bug. */
export function deliveryResultOf({ end }: Pick<AttemptEnded, 'end'>): DeliveryResult {
  if ('error' in end) return end.error instanceof Parked ? 'parked' : 'failed';
  if (end.delivered.status !== 'accepted') return 'issued';
  return end.delivered.reason === 'unconfirmed' ? 'unconfirmed' : 'postponed';
}

/** The fields of the log line of an attempt; it holds nothing of the webhook. */
export function deliveryFields({ taken, seconds, end }: AttemptEnded): Readonly<Record<string, unknown>> {
  const { id, tenant, action, attempts } = taken;
  const delivered = 'delivered' in end ? end.delivered : undefined;
  const issued = delivered?.status === 'accepted' ? undefined : delivered;
  return {
    delivery_id: id,
    tenant,
    action,
    attempt: attempts,
    result: deliveryResultOf({ end }),
    reason: delivered?.status === 'accepted' ? (delivered.reason ?? null) : null,
    resource_id: issued?.receipt.resourceId ?? null,
    duration_ms: Math.round(seconds * 1000),
    error: 'error' in end ? errorNames(end.error) : null,
  };
}
