import type { AttemptEnded } from '../delivery/delivertaken.ts';
import { Parked } from '../delivery/delivered.ts';
import { errorNames } from '../lib/log.ts';
import { Problem } from '../lib/problem.ts';
import { UpstreamError } from '../omneo/client/upstream.ts';

/** How an attempt of a courier ended, as it is counted and logged. */
export const deliveryResults = ['issued', 'postponed', 'unconfirmed', 'parked', 'failed'] as const;
export type DeliveryResult = (typeof deliveryResults)[number];

/** How the attempt ended; `failed`: the ledger could not record it, or a bug. */
export function deliveryResultOf({ end }: Pick<AttemptEnded, 'end'>): DeliveryResult {
  if ('error' in end) return end.error instanceof Parked ? 'parked' : 'failed';
  if (end.delivered.status !== 'accepted') return 'issued';
  if (isUnexpected(end.delivered.cause)) return 'failed';
  return end.delivered.reason === 'unconfirmed' ? 'unconfirmed' : 'postponed';
}

/** Whether it is no failure that an attempt may end in: a bug, or a ledger that is away. */
function isUnexpected(cause: unknown): boolean {
  return cause !== undefined && !(cause instanceof UpstreamError) && !(cause instanceof Problem);
}

/** The fields of the log line of an attempt; it holds nothing of the webhook. */
export function deliveryFields({ taken, seconds, end }: AttemptEnded): Readonly<Record<string, unknown>> {
  const { id, tenant, action, attempts } = taken;
  return {
    delivery_id: id,
    tenant,
    action,
    attempt: attempts,
    result: deliveryResultOf({ end }),
    ...outcomeFields(end),
    duration_ms: Math.round(seconds * 1000),
  };
}

function outcomeFields(end: AttemptEnded['end']): Readonly<Record<string, unknown>> {
  if ('error' in end) return { reason: null, resource_id: null, error: errorNames(end.error) };
  const { delivered } = end;
  if (delivered.status !== 'accepted')
    return { reason: null, resource_id: delivered.receipt.resourceId, error: null };
  const { reason = null, cause } = delivered;
  return { reason, resource_id: null, error: cause === undefined ? null : errorNames(cause) };
}
