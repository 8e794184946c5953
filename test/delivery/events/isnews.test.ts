import { expect } from 'chai';
import { isNews } from '../../../src/delivery/events/isnews.ts';
import type { ClaimedRequest } from '../../../src/delivery/attempt.ts';
import { rewardRequestOf, adaWebhook } from '../../support/rewards.ts';

const metrics = rewardRequestOf(adaWebhook).action.metrics;

function claimed(result: 'won' | 'unconfirmed'): ClaimedRequest {
  const webhook = { action: { name: 'rewards', idField: 'reward_id', metrics } };
  return { request: { webhook }, held: { result } } as unknown as ClaimedRequest;
}

describe('What exists now', () => {
  for (const [what, held, outcome, expected] of [
    ['was made by this attempt', claimed('won'), { isNew: true }, true],
    ['was found, and made by an attempt of unknown outcome', claimed('unconfirmed'), { isNew: true }, true],
    [
      'was found after a gateway died with a create under way',
      claimed('unconfirmed'),
      { isNew: false },
      true,
    ],
    ['was there before its webhook came', claimed('won'), { isNew: false }, false],
    ['was found by nobody knows whom', claimed('won'), {}, false],
  ] as const)
    it(`is ${expected ? '' : 'no '}news to Klaviyo when it ${what}`, () => {
      expect(isNews(held, outcome)).to.equal(expected);
    });

  it('is no news where nothing is told of the action', () => {
    const { request, held } = claimed('won');
    const silent = { ...request, webhook: { action: { name: 'points', idField: 'points_id' } } };
    expect(isNews({ request: silent, held } as unknown as ClaimedRequest, { isNew: true })).to.equal(false);
  });
});
