import { expect } from 'chai';
import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { type Sampler, SamplingDecision } from '@opentelemetry/sdk-trace';
import { samplerOf } from '../../../src/telemetry/tracing/sampler.ts';

/** Trace ids that a sampler which looks at them takes at every share, and at hardly any. */
const lowest = '00000001'.repeat(4);
const highest = `ffffffff${'0'.repeat(24)}`;

const takes = (sampler: Sampler, traceId: string): boolean =>
  sampler.shouldSample(ROOT_CONTEXT, traceId, 'webhook', SpanKind.SERVER, {}, []).decision ===
  SamplingDecision.RECORD_AND_SAMPLED;

describe('The sampler traceidratio', () => {
  for (const [drawn, share, expected] of [
    [0.1, 0.5, true],
    [0.5, 0.5, false],
    [0.9, 0.5, false],
    [0, 0, false],
    [0.999, 1, true],
  ] as const)
    it(`${expected ? 'takes' : 'leaves'} what draws ${drawn} of ${share}, whatever trace id its caller chose`, () => {
      const sampler = samplerOf({ sampler: 'traceidratio', share }, () => drawn);
      expect([lowest, highest].map((traceId) => takes(sampler, traceId))).to.deep.equal([expected, expected]);
    });

  it('draws once for each trace that it is asked of', () => {
    let drawn = 0;
    const sampler = samplerOf({ sampler: 'traceidratio', share: 0.5 }, () => {
      drawn += 1;
      return drawn % 2;
    });
    expect([lowest, lowest, lowest].map((traceId) => takes(sampler, traceId))).to.deep.equal([
      false,
      true,
      false,
    ]);
    expect(drawn).to.equal(3);
  });
});
