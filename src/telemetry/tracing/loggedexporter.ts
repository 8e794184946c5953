import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Clock } from '../../lib/clock.ts';
import { type Log, errorNames } from '../../lib/log.ts';

/** How long nothing more is logged of spans that are lost: a collector that is away loses some every few seconds. */
const quietMs = 60_000;

type Parts = Readonly<{ exporter: SpanExporter; clock: Pick<Clock, 'monotonic'>; log: Pick<Log, 'warn'> }>;

/** The same exporter; it warns, once a minute at most, that spans are lost. */
export function loggedExporter({ exporter, clock, log }: Parts): SpanExporter {
  let quietUntil = -Infinity;
  return {
    export: (spans, done) => {
      exporter.export(spans, (result) => {
        if (result.error !== undefined && clock.monotonic() >= quietUntil) {
          quietUntil = clock.monotonic() + quietMs;
          log.warn({ spans: spans.length, error: errorNames(result.error) }, 'traces could not be exported');
        }
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
}
