import { expect } from 'chai';
import { ExhaustedTenants } from '../../../src/delivery/limits/exhausted.ts';
import type { Tenant } from '../../../src/tenants/tenant.ts';
import { HandClock } from '../../ledger/clock.ts';
import { tenantOf } from '../../support/rewards.ts';

describe('a tenant whose budget of the day had no room', () => {
  let clock: HandClock;
  let exhausted: ExhaustedTenants;
  const limits = { perDay: { amount: 100 } };
  const acme: Tenant = { ...tenantOf('acme'), limits };
  const isRefused = (cents: number, tenant = acme): boolean =>
    exhausted.refusalOf(tenant, cents) !== undefined;

  beforeEach(() => {
    clock = new HandClock(1000);
    exhausted = new ExhaustedTenants(clock);
  });

  it('is not refused before that was found', () => {
    expect(isRefused(1000)).to.equal(false);
  });

  it('is refused what is as large as what had no room, or larger, and not what is smaller', () => {
    exhausted.add(acme, 1000, 60_000);
    expect([isRefused(999), isRefused(1000), isRefused(1001)]).to.deep.equal([false, true, true]);
  });

  it('is refused everything if not one more reward had room', () => {
    exhausted.add(acme, 0, 60_000);
    expect(isRefused(1)).to.equal(true);
  });

  it('is refused by the smallest that had no room', () => {
    exhausted.add(acme, 1000, 60_000);
    exhausted.add(acme, 500, 60_000);
    exhausted.add(acme, 800, 60_000);
    expect([isRefused(499), isRefused(500)]).to.deep.equal([false, true]);
  });

  it('is told when the next day begins', () => {
    exhausted.add(acme, 0, 60_000);
    clock.advance(2500);
    expect(exhausted.refusalOf(acme, 1)).to.include({
      code: 'overloaded',
      dueInMs: 57_500 + 30_000,
      retryAfter: 88,
    });
  });

  it('may try one in a few seconds, and the others not until that had no room again', () => {
    exhausted.add(acme, 0, 60_000);
    clock.advance(2999);
    expect(isRefused(1)).to.equal(true);
    clock.advance(1);
    expect([isRefused(1), isRefused(1)]).to.deep.equal([false, true]);
    clock.advance(3000);
    expect([isRefused(1), isRefused(1)]).to.deep.equal([false, true]);
  });

  it('is refused nothing any more once there was room, its day is over, or it has other limits', () => {
    exhausted.add(acme, 0, 2000);
    exhausted.remove('acme');
    expect(isRefused(1)).to.equal(false);
    exhausted.add(acme, 0, 2000);
    clock.advance(2000);
    expect(isRefused(1)).to.equal(false);
    exhausted.add(acme, 0, 2000);
    expect(isRefused(1, { ...acme, limits: { perDay: { amount: 101 } } })).to.equal(false);
  });

  it('leaves others as they are', () => {
    exhausted.add(acme, 0, 60_000);
    expect(isRefused(1, { ...tenantOf('other'), limits })).to.equal(false);
  });
});
