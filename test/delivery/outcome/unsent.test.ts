import { expect } from 'chai';
import { LedgerUnavailable } from '../../../src/ledger/ledger.ts';
import { webhook } from '../../support/webhooks.ts';
import { StoredWorld, caller, durableTenant } from '../stored.ts';

describe('A create that the ledger failed before it was sent', () => {
  it('is made by the next attempt, and no outcome is unknown', async () => {
    let isAway = true;
    const made: unknown[] = [];
    const world = new StoredWorld({
      create: (reward) => {
        if (isAway) return Promise.reject(new LedgerUnavailable('away'));
        made.push(reward['external_id']);
        return Promise.resolve(1);
      },
    });
    await world.deliverer.deliver(durableTenant(), world.request(webhook({ id: 'a' })), caller);
    expect(await world.counts()).to.deep.equal(['1 waiting: unavailable']);
    isAway = false;
    world.clock.advance(5000);
    await world.work();
    expect(made).to.deep.equal(['a']);
  });
});
