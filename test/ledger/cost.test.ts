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
});
