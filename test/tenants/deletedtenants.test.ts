import { expect } from 'chai';
import { Confidential } from '../../src/tenants/confidential.ts';
import { DeletedTenants } from '../../src/tenants/deletedtenants.ts';
import { HandClock } from '../ledger/clock.ts';

const secrets = [{ name: 'klaviyo/webhook-secret', value: new Confidential('a secret') }];

function remembered(graceMs = 1000) {
  const clock = new HandClock(5);
  return { clock, deleted: new DeletedTenants({ graceMs, clock }) };
}

describe('Deleted tenants', () => {
  it('are remembered until the grace is over', () => {
    const { clock, deleted } = remembered();
    deleted.add('acme', { key: 'a/acme', secrets });
    clock.advance(999);
    expect(deleted.get('acme')).to.deep.include({ key: 'a/acme', secrets });
    clock.advance(1);
    expect(deleted.get('acme')).to.equal(undefined);
  });

  it('are remembered from their last deletion on', () => {
    const { clock, deleted } = remembered();
    deleted.add('acme', { key: 'a/acme', secrets });
    deleted.add('bloom', { key: 'a/bloom', secrets });
    clock.advance(600);
    deleted.add('acme', { key: 'a/acme', secrets });
    clock.advance(600);
    expect(deleted.get('acme')).not.to.equal(undefined);
    expect(deleted.get('bloom')).to.equal(undefined);
  });

  it('are forgotten when they are there again', () => {
    const { deleted } = remembered();
    deleted.add('acme', { key: 'a/acme', secrets });
    deleted.remove('acme');
    deleted.remove('bloom');
    expect(deleted.get('acme')).to.equal(undefined);
  });

  it('are not remembered without a secret, or with a grace of 0', () => {
    const { deleted } = remembered();
    deleted.add('acme', { key: 'a/acme', secrets: [] });
    expect(deleted.size).to.equal(0);
    const { deleted: none } = remembered(0);
    none.add('acme', { key: 'a/acme', secrets });
    expect(none.size).to.equal(0);
  });

  it('take no more room than those of one grace, however many come and go', () => {
    const { clock, deleted } = remembered();
    for (let made = 0; made < 10_000; made++) {
      deleted.add(`tenant-${made}`, { key: `a/tenant-${made}`, secrets });
      clock.advance(10);
    }
    expect(deleted.size).to.be.at.most(100);
    clock.advance(1000);
    expect(deleted.size).to.equal(0);
  });
});
