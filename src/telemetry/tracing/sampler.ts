import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import type { TracingConfig } from './tracingconfig.ts';

/** What decides which webhooks are traced. `random` is drawn from once for each that `traceidratio` decides about. */
export function samplerOf(
  { sampler, share }: Pick<TracingConfig, 'sampler' | 'share'>,
  random: () => number,
): Sampler {
  switch (sampler) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return drawingSampler(share, random);
    case 'parentbased_always_on':
      return new ParentBasedSampler({ root: new AlwaysOnSampler() });
    case 'parentbased_always_off':
      return new ParentBasedSampler({ root: new AlwaysOffSampler() });
    case 'parentbased_traceidratio':
      // Its root decides only about trace ids that the gateway made.
      return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) });
  }
}

/** Takes a share, by chance: the trace id may be the caller's, who could choose one that is always taken. */
function drawingSampler(share: number, random: () => number): Sampler {
  return {
    shouldSample: () => ({
      decision: random() < share ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
    }),
  };
}
