import { expect } from 'chai';
import { decision } from '../support/deliveries.ts';
import { webhook } from '../support/webhooks.ts';
import { StoredWorld, durableTenant } from './stored.ts';

describe('A delivery whose action its tenant serves no more', () => {
  const without = durableTenant({
    klaviyo: { identityHandle: 'klaviyo', identifiers: 'both', actions: ['benefits'] },
  });

  it('is parked for a human, and nothing is made', async () => {
    const world = new StoredWorld();
    await world.store(webhook({ id: 'a' }));
    await world.work(without);
    expect(await world.counts()).to.deep.equal(['1 parked: not_allowed']);
    expect(world.rewards).to.deep.equal([]);
  });

  it('is made when it is replayed after the tenant serves it again', async () => {
    const world = new StoredWorld();
    await world.store(webhook({ id: 'a' }));
    await world.work(without);
    await world.deliveries.admin.replayAll({ tenants: ['acme'] }, decision, 10);
    await world.work();
    expect(world.rewards).to.deep.equal(['a']);
  });
});
