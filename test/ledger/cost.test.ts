import { expect } from 'chai';
import { type Cost, measureCost } from './cost.ts';
import { needServer } from './redis/server.ts';

describe('what the shared ledger costs', () => {
  let cost: Cost;

  before(async function () {
    cost = await measureCost(await needServer(this, 'redis-server'), 200);
  });

  it('is two round trips for a new reward', () => {
    expect(cost.perReward).to.equal(2);
  });

  it('is one round trip for a duplicate', () => {
    expect(cost.perDuplicate).to.equal(1);
  });

  it('is one more for a new reward without an id, of which the ledger has to hear that its answer is out', () => {
    expect(cost.perRewardWithoutId).to.equal(3);
  });

  it('is a few more for a retry without an id, which waits for the answer that may be under way', () => {
    expect(cost.perRetryWithoutId).to.be.within(4, 8);
  });
});
