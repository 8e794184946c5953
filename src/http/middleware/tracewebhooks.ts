import type { Traces } from '../../telemetry/tracing/traces.ts';
import type { Step } from '../webhookstate.ts';

/** Traces each webhook that comes by this route, from its headers to its answer. */
export function traceWebhooks({ webhook }: Pick<Traces, 'webhook'>, route: string): Step {
  return function traceWebhook(ctx, next) {
    const { method } = ctx;
    const traceparent = ctx.get('traceparent');
    const arrival = { method, route, traceparent, requestId: ctx.state.requestId };
    return webhook(arrival, next, () => ({ context: ctx.state.context, status: ctx.status }));
  };
}
