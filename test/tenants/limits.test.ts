import { expect } from 'chai';
import fc from 'fast-check';
import { checkedLimits } from '../../src/tenants/limits.ts';
import { Refused } from '../../src/tenants/tenant.ts';

function refusalOf(limits: Parameters<typeof checkedLimits>[0]): string {
  try {
    checkedLimits(limits);
  } catch (error) {
    if (error instanceof Refused) return error.refusal.message;
    throw error;
  }
  return 'none';
}

describe('The limits of a spec', () => {
  it('are none where it has none', () => {
    expect(checkedLimits({})).to.deep.equal({});
  });

  it('are taken over', () => {
    const limits = {
      rewardDefinitions: [42, 43],
      maxAmount: 99.95,
      perDay: { rewards: 5000, amount: 50_000 },
      perProfilePerDay: { rewards: 3 },
    };
    expect(checkedLimits(limits)).to.deep.equal(limits);
  });

  const refused: [what: string, limits: Parameters<typeof checkedLimits>[0], says: RegExp][] = [
    [
      'an amount of more than two decimals',
      { maxAmount: 0.125 },
      /^spec\.limits\.maxAmount must be over 0 and have at most two decimals/,
    ],
    ['an amount of nothing', { maxAmount: 0 }, /^spec\.limits\.maxAmount must be over 0/],
    ['an amount below nothing', { maxAmount: -1 }, /^spec\.limits\.maxAmount must be over 0/],
    [
      'an empty list of definitions',
      { rewardDefinitions: [] },
      /^spec\.limits\.rewardDefinitions must have at least one entry/,
    ],
    [
      'a definition that is listed twice',
      { rewardDefinitions: [42, 43, 42] },
      /^spec\.limits\.rewardDefinitions may list each definition once/,
    ],
    ['an empty budget', { perDay: {} }, /^spec\.limits\.perDay must have rewards, amount or both/],
    ['half a reward', { perDay: { rewards: 0.5 } }, /^spec\.limits\.perDay\.rewards must be a whole number/],
    [
      'a budget of nothing',
      { perProfilePerDay: { amount: 0 } },
      /^spec\.limits\.perProfilePerDay\.amount must be over 0/,
    ],
  ];
  for (const [what, limits, says] of refused)
    it(`are refused for ${what}, by the field's name`, () => {
      expect(refusalOf(limits)).to.match(says);
    });

  it('may have any amount in cents, and none with a third decimal', () => {
    const cents = fc.integer({ min: 1, max: 100_000_000_000 });
    fc.assert(
      fc.property(cents, fc.integer({ min: 1, max: 9 }), (amount, third) => {
        const [whole, two] = [Math.floor(amount / 100), String(amount % 100).padStart(2, '0')];
        expect(refusalOf({ maxAmount: Number(`${whole}.${two}`) })).to.equal('none');
        expect(refusalOf({ maxAmount: Number(`${whole}.${two}${third}`) })).to.match(/at most two decimals/);
      }),
    );
  });
});
