import { expect } from 'chai';
import { LatestCounts } from '../../../src/delivery/counts/latestcounts.ts';
import { countOf } from '../../support/deliveries.ts';

describe('The latest counts', () => {
  it('are none of a tenant that has none, or before anything was counted', () => {
    const latest = new LatestCounts();
    expect(latest.of('acme')).to.deep.equal([]);
    latest.counted([countOf({ tenant: 'bloom' })]);
    expect(latest.of('acme')).to.deep.equal([]);
  });

  it('are those that were counted last, of one tenant', () => {
    const latest = new LatestCounts();
    latest.counted([countOf({ count: 9 })]);
    const counts = [countOf(), countOf({ state: 'parked', reason: 'rejected' })];
    latest.counted([countOf({ tenant: 'bloom' }), ...counts]);
    expect(latest.of('acme')).to.deep.equal(counts);
  });
});
