import { type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { statusesOfAnswers } from '../../omneo/client/client.ts';
import type { Answer } from '../../omneo/client/exchange.ts';
import type { Send, UpstreamCall } from '../../omneo/client/transport.ts';
import type { NewSpan, Spans } from './spans.ts';
import { traceparentOf } from './traceparent.ts';

/** Sends requests under spans, and names the span in each that belongs to a trace, exported or not. */
export function tracedSend(send: Send, spans: Spans): Send {
  return (call, deadline) => {
    const { active } = spans;
    if (active === undefined) return send(call, deadline);
    return spans.within(
      () => spanOf(call),
      (span) => {
        const traceparent = span === undefined ? active.traceparent : traceparentOf(span.spanContext());
        return send({ ...call, headers: { ...call.headers, traceparent } }, deadline);
      },
      describe,
    );
  };
}

/** As HTTP clients name what they do, but for the URL: its query may have an e-mail, and its path the id of a person. */
function spanOf({ operation, method, origin }: UpstreamCall): NewSpan {
  const { hostname, port, protocol } = new URL(origin);
  return {
    name: `omneo ${operation}`,
    kind: SpanKind.CLIENT,
    attributes: {
      'omneo_gateway.omneo.operation': operation,
      'http.request.method': method,
      'server.address': hostname,
      'server.port': port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port),
    },
  };
}

/** What speaks of the request itself is no failure of the call: that nobody is there is an answer. */
function describe(span: Span, { status }: Answer): void {
  span.setAttribute('http.response.status_code', status);
  if (status < 300 || statusesOfAnswers.has(status)) return;
  span.setAttribute('error.type', String(status));
  span.setStatus({ code: SpanStatusCode.ERROR });
}
