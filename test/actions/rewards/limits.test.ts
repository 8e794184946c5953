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

/** What a marketer is told of each field. */
const sentences = {
  'data.reward_definition_id':
    'Check data.reward_definition_id: it is a reward definition that this tenant may not issue. ' +
    'If it is the right one, ask your platform team to add it to limits.rewardDefinitions.',
  'data.amount':
    'Check data.amount: it is more than one reward of this tenant may be worth. ' +
    'If it is right, ask your platform team to raise limits.maxAmount.',
};

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
      expect(problem?.detail).to.equal(fields.map((field) => sentences[field]).join(' '));
      expect(JSON.stringify(problem?.body(''))).not.to.match(/7319|6177|88/);
    });

  for (const [limits, says] of [
    [
      { perDay: { amount: 88.79 } },
      /^Check data\.amount: .* all rewards of one day .* limits\.perDay\.amount\.$/,
    ],
    [
      { perProfilePerDay: { amount: 88.79 } },
      /^Check data\.amount: .* one customer and day .* limits\.perProfilePerDay\.amount\.$/,
    ],
    [{ maxAmount: 88.79, perDay: { amount: 88.79 } }, /^Check data\.amount: .* limits\.maxAmount\.$/],
  ] as const)
    it(`do not allow one that no day has room for, by ${JSON.stringify(limits)}`, () => {
      const problem = problemOf(limits);
      expect(problem?.errors).to.have.length(1);
      expect(problem?.detail).to.match(says);
      expect(JSON.stringify(problem?.body(''))).not.to.include('88');
    });
});
