import {
  AlwaysOnSampler,
  InMemorySpanExporter,
  type Sampler,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { Spans } from '../../../src/telemetry/tracing/spans.ts';

/** Spans that stay in this process. */
export function spansHere(sampler: Sampler = new AlwaysOnSampler()) {
  const exporter = new InMemorySpanExporter();
  const common = { spanProcessors: [new SimpleSpanProcessor({ exporter })] };
  const deciding = new TracerProvider({ ...common, sampler }).getTracer('test');
  const exporting = new TracerProvider({ ...common, sampler: new AlwaysOnSampler() }).getTracer('test');
  return {
    spans: new Spans({ deciding, exporting }),
    /** The names of those that have ended. */
    ended: (): string[] => exporter.getFinishedSpans().map(({ name }) => name),
  };
}
