import { type SpanContext, TraceFlags, isSpanContextValid } from '@opentelemetry/api';

/** Version, trace, span and flags (W3C Trace Context, section 3.2). A version that is not known yet may go on after them. */
const form = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/;

/** The span that a `traceparent` names; undefined for one that names none, which is to be passed over. */
export function spanNamedBy(traceparent: string): SpanContext | undefined {
  const [whole, version, traceId = '', spanId = '', flags = ''] = form.exec(traceparent) ?? [];
  if (version === '00' && whole !== traceparent) return undefined;
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  const named = { traceId, spanId, traceFlags, isRemote: true };
  return isSpanContextValid(named) ? named : undefined;
}

/** The `traceparent` that names a span. */
export function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${isSampled({ traceFlags }) ? '01' : '00'}`;
}

/** Whether a span is exported, and so are those that belong to it. */
export function isSampled({ traceFlags }: Pick<SpanContext, 'traceFlags'>): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}
