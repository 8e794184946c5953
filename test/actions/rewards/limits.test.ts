import { expect } from 'chai';
import { checkLimits } from '../../../src/actions/rewards/limits.ts';
import { Problem } from '../../../src/lib/problem.ts';
import type { Limits } from '../../../src/tenants/limits.ts';

function problemOf(limits: Limits, webhook = { definitionId: 6177, amount: 88.8 }): Problem | null {
  try {
    checkLimits(webhook, limits);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  return null;
}

describe('The limits of a reward', () => {
  for (const [what, limits] of [
    ['where there are none', {}],
    ['of a definition in the list', { rewardDefinitions: [7319, 6177] }],
    ['of the very amount that is the most', { maxAmount: 88.8 }],
    ['that uses a budget up', { perDay: { amount: 88.8 }, perProfilePerDay: { amount: 88.8 } }],
    [
      'where only how many there are is bounded',
      { perDay: { rewards: 1 }, perProfilePerDay: { rewards: 1 } },
    ],
  ] as const)
    it(`allow one ${what}`, () => {
      expect(problemOf(limits)).to.equal(null);
    });

  for (const [what, limits, fields] of [
    ['of a definition that is not in the list', { rewardDefinitions: [7319] }, ['data.reward_definition_id']],
    ['of more than the most', { maxAmount: 88.79 }, ['data.amount']],
    ['that no day has room for', { perDay: { amount: 88.79 } }, ['data.amount']],
    ['that no customer may get on one day', { perProfilePerDay: { amount: 88.79 } }, ['data.amount']],
    [
      'that is neither',
      { rewardDefinitions: [7319], maxAmount: 88.79 },
      ['data.reward_definition_id', 'data.amount'],
    ],
  ] as const)
    it(`do not allow one ${what}, and say what to do and no limit`, () => {
      const problem = problemOf(limits);
      expect(problem?.code).to.equal('not_allowed');
      expect(problem?.errors.map(({ field }) => field)).to.deep.equal(fields);
      expect(problem?.detail)
        .to.match(new RegExp(`^Check ${fields[0].replace('.', '\\.')}: `))
        .and.to.contain('ask your platform team to');
      expect(JSON.stringify(problem?.body(''))).not.to.match(/7319|6177|88/);
    });
});
