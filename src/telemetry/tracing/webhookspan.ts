import { type Attributes, type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { Spans } from './spans.ts';
import type { Arrival, Traces, WebhookEnd } from './traces.ts';

/** Handles each webhook under a span, by the conventions for servers of HTTP. */
export function tracedWebhooks(spans: Spans): Traces['webhook'] {
  return (arrival, handle, end) => {
    const { method, route, traceparent, requestId } = arrival;
    const span = spans.begin(
      { name: `${method} ${route}`, kind: SpanKind.SERVER, attributes: attributesOf(arrival) },
      traceparent,
    );
    return spans.run(span, { requestId }, handle, () => {
      describe(span, route, end());
    });
  };
}

function attributesOf({ method, route, requestId }: Arrival): Attributes {
  return {
    'http.request.method': method,
    'http.route': route,
    'url.scheme': 'http',
    'omneo_gateway.request_id': requestId,
  };
}

/** A tenant that is not registered is not named: whoever calls may write anything there. */
function describe(span: Span, route: string, { context, status }: WebhookEnd): void {
  const { tenant, action, outcome, problem, claim, resource, deliveryId } = context;
  span.setAttributes({
    'http.response.status_code': status,
    ...(tenant !== 'unknown' && { 'url.path': route.replace(':slug', tenant) }),
    'omneo_gateway.tenant': tenant,
    'omneo_gateway.action': action,
    'omneo_gateway.outcome': outcome,
    ...present({ problem, claim, delivery_id: deliveryId, resource_id: resource.id?.toString() }),
  });
  if (status < 500) return;
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute('error.type', problem ?? String(status));
}

/** What is there, under its name in the gateway's namespace. */
export function present(values: Readonly<Record<string, string | null | undefined>>): Attributes {
  const there = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(there.map(([name, value]) => [`omneo_gateway.${name}`, value ?? '']));
}
