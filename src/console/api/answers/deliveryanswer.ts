import type { Action } from '../../../actions/action.ts';
import type { DeliveryEvent, DeliveryRecord } from '../../../ledger/deliveries/deliveryadmin.ts';
import { writable } from '../../../lib/exactjson.ts';
import { splitOrigin, traceIdOf } from '../../../telemetry/tracing/origin.ts';
import { writtenTime } from '../requests/time.ts';

/** A delivery in the words of the API. */
export function deliveryAnswer(record: DeliveryRecord, actions: readonly Action[]): object {
  const { id, tenant, action, state, reason, externalId, dueAt, keptUntil } = record;
  const { origin, rest: summary } = splitOrigin(record.summary);
  return {
    ...{ delivery_id: id, tenant, action, state },
    ...(reason !== null && { reason }),
    summary,
    ...(externalId !== null && { external_id: externalId }),
    ...resultOf(record, actions),
    since: writtenTime(record.since),
    attempts: record.attempts,
    ...(origin !== '' && { trace_id: traceIdOf(origin) }),
    ...(state === 'waiting' && dueAt !== null && { next_attempt_at: writtenTime(dueAt) }),
    ...(keptUntil !== null && { kept_until: writtenTime(keptUntil) }),
    can_open: record.hasWebhook,
  };
}

function resultOf({ receipt, action }: DeliveryRecord, actions: readonly Action[]): object {
  if (receipt === null) return {};
  const idField = actions.find(({ name }) => name === action)?.idField ?? 'id';
  const { resourceId, matchedBy } = receipt;
  return { result: { [idField]: writable(resourceId), matched_by: matchedBy } };
}

/** Something that happened to a delivery in the words of the API. */
export function eventAnswer(event: DeliveryEvent): object {
  const { kind } = event;
  const at = writtenTime(event.at);
  switch (kind) {
    case 'arrived':
      return { at, kind };
    case 'attempted':
      return { at, kind, ...attemptAnswer(event) };
    default:
      return { at, kind, by: event.by, why: event.why };
  }
}

function attemptAnswer(event: Extract<DeliveryEvent, { kind: 'attempted' }>): object {
  const { result, code, omneoStatus, tookMs, matchedBy } = event;
  return {
    result,
    ...(code !== undefined && { code }),
    ...(omneoStatus !== undefined && { omneo_status: omneoStatus }),
    took_ms: Math.max(0, Math.round(tookMs)),
    ...(matchedBy !== undefined && { matched_by: matchedBy }),
  };
}
