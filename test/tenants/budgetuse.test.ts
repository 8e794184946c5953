import { expect } from 'chai';
import fc from 'fast-check';
import { type BudgetUse, spentFields, usesOf } from '../../src/tenants/budgetuse.ts';

const rewards = (ratio: number): BudgetUse => ({ limit: 'perDay.rewards', ratio });
const amount = (ratio: number): BudgetUse => ({ limit: 'perDay.amount', ratio });

describe('What is used of a budget', () => {
  it('is nothing of each part that it has while nothing is spent', () => {
    expect(usesOf({ rewards: 5 })).to.deep.equal([rewards(0)]);
    expect(usesOf({ amount: 5 })).to.deep.equal([amount(0)]);
    expect(usesOf({ rewards: 5, amount: 5 })).to.deep.equal([rewards(0), amount(0)]);
  });

  it('is the share of each part, and more than all of one that was lowered', () => {
    expect(usesOf({ rewards: 4, amount: 0.29 }, { rewards: 6, cents: 29 })).to.deep.equal([
      rewards(1.5),
      amount(1),
    ]);
  });

  it('is all of it at the last cent, and not before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000_000_000_000 }), (cents) => {
        const ratioAt = (spent: number) =>
          usesOf({ amount: cents / 100 }, { rewards: 0, cents: spent })[0]?.ratio;
        expect(ratioAt(cents)).to.equal(1);
        expect(ratioAt(cents - 1)).to.be.below(1);
      }),
    );
  });
});

describe('The spent parts of a budget', () => {
  const cases: [what: string, uses: readonly BudgetUse[], isHolding: boolean, spent: readonly string[]][] = [
    ['none while each has room', [rewards(0.99), amount(0.99)], false, []],
    ['the one that is full', [rewards(1), amount(0.5)], false, ['perDay.rewards']],
    ['both, if both are full', [rewards(1), amount(1.2)], true, ['perDay.rewards', 'perDay.amount']],
    [
      'that for amounts, if webhooks wait for more than is left',
      [rewards(0.1), amount(0.95)],
      true,
      ['perDay.amount'],
    ],
    ['none when webhooks of the day before wait still', [rewards(0), amount(0)], true, []],
    ['never that for rewards while there is one left', [rewards(0.99)], true, []],
  ];
  for (const [what, uses, isHolding, spent] of cases)
    it(`are ${what}`, () => {
      expect(spentFields({ uses, isHolding })).to.deep.equal(spent);
    });
});
