import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { TracingConfig } from './tracingconfig.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { describeAttempt, tracedAttempts } from './attemptspan.ts';
import { loggedExporter } from './loggedexporter.ts';
import { samplerOf } from './sampler.ts';
import { Spans } from './spans.ts';
import { tracedLedger } from './tracedledger.ts';
import { tracedLog } from './tracedlog.ts';
import { tracedSend } from './tracedsend.ts';
import { isSampled } from './traceparent.ts';
import type { Traces } from './traces.ts';
import { tracedWebhooks } from './webhookspan.ts';

type Parts = Readonly<{
  config: TracingConfig;
  /** Of the gateway. */
  version: string;
  clock: Pick<Clock, 'monotonic' | 'after'>;
  random: () => number;
  log: Log;
}>;

/**
 * Traces that go to a collector by OTLP. This is all that loads the SDK of OpenTelemetry, so it is itself loaded only if
 * there is a collector. Nothing global is registered: what is traced is handed down.
 */
export function openTelemetryTraces(parts: Parts): Traces {
  const { version } = parts;
  const { deciding, exporting, processor } = providersOf(parts);
  const name = 'omneo-gateway';
  const spans = new Spans({
    deciding: deciding.getTracer(name, version),
    exporting: exporting.getTracer(name, version),
  });
  return Object.freeze({ ...around(spans), stop: () => ended(processor.shutdown(), parts) });
}

/** So long the end of the process waits for the last spans, in milliseconds: a collector that is away is asked for longer. */
const lastMs = 3_000;

/** Resolves when the last spans were sent, or their time is over. */
async function ended(sent: Promise<void>, { clock, log }: Parts): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const cancel = clock.after(lastMs, () => {
    log.warn({}, 'the last traces were not sent in time');
    resolve(undefined);
  });
  // The exporter has warned of what it lost.
  await Promise.race([sent.catch(() => undefined), late]);
  cancel();
}

function around(spans: Spans): Omit<Traces, 'stop'> {
  return {
    webhook: tracedWebhooks(spans),
    attempts: (deliverTaken) => tracedAttempts(deliverTaken, spans),
    attemptEnded: (onEnded) => (attempt) => {
      describeAttempt(attempt, spans);
      onEnded(attempt);
    },
    ledger: (ledger) => tracedLedger(ledger, spans),
    sender: (send) => tracedSend(send, spans),
    log: (log) => tracedLog(log, spans),
    exemplar: () => exemplarOf(spans),
  };
}

const nothing = Object.freeze({});

/** Names a trace that was exported, and so can be looked up. */
function exemplarOf({ active }: Spans): Readonly<Record<string, string>> {
  const context = active?.span.spanContext();
  if (context === undefined || !isSampled(context)) return nothing;
  return { trace_id: context.traceId, span_id: context.spanId };
}

/**
 * Two providers that share what exports their spans: the sampler is asked once for each trace, and everything that
 * belongs to one that is exported is exported, whichever sampler it was.
 */
function providersOf({ config, version, clock, random, log }: Parts) {
  const resource = defaultResource().merge(
    resourceFromAttributes({ 'service.version': version, ...config.resource }),
  );
  const otlp = new OTLPTraceExporter({ url: config.url });
  const exporter = loggedExporter({ exporter: otlp, clock, log });
  const processor = new BatchSpanProcessor({ exporter });
  const common = { resource, spanProcessors: [processor] };
  return {
    deciding: new TracerProvider({ ...common, sampler: samplerOf(config, random) }),
    exporting: new TracerProvider({ ...common, sampler: new AlwaysOnSampler() }),
    processor,
  };
}
