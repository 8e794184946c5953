import { SpanKind } from '@opentelemetry/api';
import type { AttemptEnded, DeliverTaken } from '../../delivery/delivertaken.ts';
import type { TakenDelivery } from '../../ledger/deliveries/deliveries.ts';
import { deliveryResultOf } from '../deliverylog.ts';
import { splitOrigin } from './origin.ts';
import { type NewSpan, type Spans, markFailed } from './spans.ts';
import { present } from './webhookspan.ts';

/** Makes each attempt under a span of its own trace, linked to the webhook that was stored. */
export function tracedAttempts(deliverTaken: DeliverTaken, spans: Spans): DeliverTaken {
  return (tenant, taken) => {
    const { origin } = splitOrigin(taken.summary);
    const span = spans.beginLinked(spanOf(taken), origin);
    return spans.run(span, { requestId: taken.id, origin }, () => deliverTaken(tenant, taken));
  };
}

function spanOf({ id, tenant, action, attempts }: TakenDelivery): NewSpan {
  return {
    name: `deliver ${action}`,
    kind: SpanKind.CONSUMER,
    attributes: {
      'omneo_gateway.tenant': tenant,
      'omneo_gateway.action': action,
      'omneo_gateway.delivery_id': id,
      'omneo_gateway.attempt': attempts,
    },
  };
}

/** Says in the span of an attempt how it ended, as the log line does. */
export function describeAttempt(attempt: AttemptEnded, { active }: Spans): void {
  if (active === undefined) return;
  const { span } = active;
  const { end } = attempt;
  const result = deliveryResultOf(attempt);
  span.setAttributes(present({ result, ...cameTo(end) }));
  if (result === 'failed' && 'error' in end) markFailed(span, end.error);
}

function cameTo(end: AttemptEnded['end']): Parameters<typeof present>[0] {
  if ('error' in end) return {};
  const { delivered } = end;
  return delivered.status === 'accepted'
    ? { reason: delivered.reason }
    : { resource_id: String(delivered.receipt.resourceId) };
}
