import { expect } from 'chai';
import type { BudgetView } from '../../../web/api/types.ts';
import { budgetWords, isSpent } from '../../../web/words/budgets.ts';

const ends = { ends_at: '2026-11-27T13:00:00.000Z' };

describe('What is said of a budget', () => {
  const rows: [BudgetView, string][] = [
    [{ unit: 'rewards', most: 5000, spent: 1200, ...ends }, '1,200 of 5,000 issued today'],
    [{ unit: 'rewards', most: 5000, spent: 0, ...ends }, '0 of 5,000 issued today'],
    [{ unit: 'amount', most: 50_000, spent: 3200.5, ...ends }, '3,200.50 of 50,000 in amount today'],
    [{ unit: 'amount', most: 99.95, spent: 100, ...ends }, '100 of 99.95 in amount today'],
    [{ unit: 'rewards', most: 5000, ...ends }, 'Not known now of 5,000 issued today'],
  ];
  for (const [budget, words] of rows)
    it(`is: ${words}`, () => {
      expect(budgetWords(budget)).to.equal(words);
    });

  it('is that it is spent from the last one on, and not while nobody can tell', () => {
    const spent = (most: number, value?: number): boolean =>
      isSpent({ unit: 'rewards', most, ...(value !== undefined && { spent: value }), ...ends });
    expect([spent(10, 9), spent(10, 10), spent(10, 11), spent(10)]).to.deep.equal([false, true, true, false]);
  });
});
