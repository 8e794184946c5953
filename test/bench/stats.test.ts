import { expect } from 'chai';
import fc from 'fast-check';
import { ratios, spread, times, told } from '../../bench/harness/stats.ts';

describe('The spread of several rounds', () => {
  it('is their median with the quartiles, whatever the order and the extremes', () => {
    expect(told(spread([9, 1, 3, 1000, 2, 4, 5, 6]), 1)).to.equal('4.5 (2.0 to 6.0)');
    expect(told(spread([1.234]))).to.equal('1.23 (1.23 to 1.23)');
  });

  it('has at most a quarter of the rounds on either side', () => {
    const rounds = fc.array(fc.integer(), { minLength: 1 });
    fc.assert(
      fc.property(rounds, (values) => {
        const { lower, middle, upper } = spread(values);
        expect(lower).to.be.at.most(middle);
        expect(middle).to.be.at.most(upper);
        for (const outside of [values.filter((each) => each < lower), values.filter((each) => each > upper)])
          expect(outside.length).to.be.at.most(values.length / 4);
      }),
    );
  });
});

describe('How many times as much one number is as another', () => {
  it('is infinite where there is nothing to compare with, so that no target is held by chance', () => {
    expect(times(6, 2)).to.equal(3);
    expect([times(1, 0), times(1, -2), times(-1, -2), times(1, Number.NaN)]).to.deep.equal(
      Array.from({ length: 4 }, () => Infinity),
    );
  });

  it('is told round by round', () => {
    expect(ratios([6, 1, 5], [2, 2])).to.deep.equal([3, 0.5, Infinity]);
  });
});
