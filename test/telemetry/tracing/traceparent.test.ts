import { expect } from 'chai';
import fc from 'fast-check';
import { isSampled, spanNamedBy, traceparentOf } from '../../../src/telemetry/tracing/traceparent.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const named = { traceId, spanId, traceFlags: 1, isRemote: true };

describe('A traceparent', () => {
  for (const [what, traceparent, expected] of [
    ['that is sampled', `00-${traceId}-${spanId}-01`, named],
    ['that is not sampled', `00-${traceId}-${spanId}-00`, { ...named, traceFlags: 0 }],
    ['with flags that are not known yet', `00-${traceId}-${spanId}-ff`, named],
    ['of a version that is not known yet', `cc-${traceId}-${spanId}-01`, named],
    ['of such a version that goes on', `cc-${traceId}-${spanId}-01-what-the-future-will-be-like`, named],
  ] as const)
    it(`${what} names a span`, () => {
      expect(spanNamedBy(traceparent)).to.deep.equal(expected);
    });

  for (const [what, traceparent] of [
    ['that is empty', ''],
    ['of the version that is none', `ff-${traceId}-${spanId}-01`],
    ['of this version that goes on', `00-${traceId}-${spanId}-01-more`],
    ['of a later version that goes on without a hyphen', `cc-${traceId}-${spanId}-01.more`],
    ['in capitals', `00-${traceId.toUpperCase()}-${spanId}-01`],
    ['of a trace of zeros', `00-${'0'.repeat(32)}-${spanId}-01`],
    ['of a span of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['that is too short', `00-${traceId}-${spanId}-1`],
    ['that is sent twice', `00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`],
    ['with blanks', ` 00-${traceId}-${spanId}-01`],
  ] as const)
    it(`${what} names none`, () => {
      expect(spanNamedBy(traceparent)).to.equal(undefined);
    });

  it('is written as it is read', () => {
    const hex = (length: number): fc.Arbitrary<string> =>
      fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`)).filter((text) => /[^0]/.test(text));
    fc.assert(
      fc.property(hex(32), hex(16), fc.boolean(), (trace, span, sampled) => {
        const context = { traceId: trace, spanId: span, traceFlags: sampled ? 1 : 0 };
        const read = spanNamedBy(traceparentOf(context));
        expect(read).to.deep.equal({ ...context, isRemote: true });
        expect(isSampled(context)).to.equal(sampled);
      }),
    );
  });

  it('never stops who reads one', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const found = spanNamedBy(text);
        if (found !== undefined) expect(text).to.contain(`-${found.traceId}-${found.spanId}-`);
      }),
    );
  });
});
