import { expect } from 'chai';
import { LocalTimes } from '../../../src/actions/localtimes.ts';
import { toReward } from '../../../src/actions/rewards/rewardsaction.ts';
import { adaWebhook as webhook, tenantOf } from '../../support/rewards.ts';

const acme = tenantOf('acme');

describe('toReward', () => {
  const now = Date.parse('2026-03-28T13:30:00Z');
  const sent = { profileId: 'p-1', externalId: 'e-1', now, localTimes: new LocalTimes() };
  const day = 86_400_000;

  it('sends the amount as both values, with what the gateway knows', () => {
    expect(toReward(webhook, acme, sent)).to.deep.equal({
      timezone: 'UTC',
      profile_id: 'p-1',
      external_id: 'e-1',
      reward_definition_id: 42,
      value_initial: 10,
      value_remaining: 10,
    });
  });

  it('passes every other field through', () => {
    const fields = { meta: { a: 1 }, note: 'x', issued_at: '2026-01-01 00:00:00', list: [null] };
    expect(toReward({ ...webhook, fields }, acme, sent)).to.deep.include(fields);
  });

  it("takes the tenant's time zone unless the webhook has one", () => {
    const melbourne = tenantOf('acme', { timezone: 'Australia/Melbourne' });
    expect(toReward(webhook, melbourne, sent)['timezone']).to.equal('Australia/Melbourne');
    const fields = { timezone: 'Asia/Tokyo' };
    expect(toReward({ ...webhook, fields }, melbourne, sent)['timezone']).to.equal('Asia/Tokyo');
  });

  const expiries: readonly (readonly [zone: string, expiresAfter: number, local: string])[] = [
    ['UTC', 30 * day, '2026-04-27 13:30:00'],
    // Daylight saving ends on 5 April 2026: the same instant is an hour earlier by the clock.
    ['Australia/Melbourne', 0, '2026-03-29 00:30:00'],
    ['Australia/Melbourne', 30 * day, '2026-04-27 23:30:00'],
    ['America/New_York', day, '2026-03-29 09:30:00'],
    ['Asia/Kolkata', 12 * 3_600_000, '2026-03-29 07:00:00'],
    ['Pacific/Kiritimati', 10.5 * 3_600_000, '2026-03-29 14:00:00'],
    ['Europe/London', 10.5 * 3_600_000 + 12.5 * 3_600_000 - 3_600_000, '2026-03-29 12:30:00'],
  ];
  for (const [timezone, expiresAfter, local] of expiries) {
    it(`counts expiresAfter from now and writes it as local time: ${timezone} ${local}`, () => {
      const tenant = tenantOf('acme', { timezone, expiresAfter });
      expect(toReward(webhook, tenant, sent)['expires_at']).to.equal(local);
    });
  }

  it('writes midnight as 00:00:00', () => {
    const tenant = tenantOf('acme', { timezone: 'UTC', expiresAfter: 10.5 * 3_600_000 });
    expect(toReward(webhook, tenant, sent)['expires_at']).to.equal('2026-03-29 00:00:00');
  });

  it("writes it in the webhook's time zone when that has one", () => {
    const tenant = tenantOf('acme', { timezone: 'UTC', expiresAfter: day });
    const reward = toReward({ ...webhook, fields: { timezone: 'Asia/Tokyo' } }, tenant, sent);
    expect(reward['expires_at']).to.equal('2026-03-29 22:30:00');
  });

  it("lets the webhook's expires_at win, and leaves it out when nobody says", () => {
    const tenant = tenantOf('acme', { timezone: 'UTC', expiresAfter: day });
    const fields = { expires_at: '2030-01-01 00:00:00' };
    expect(toReward({ ...webhook, fields }, tenant, sent)).to.include(fields);
    expect(toReward(webhook, acme, sent)).to.not.have.property('expires_at');
  });

  it('lets no field of the webhook take the place of what the gateway sets', () => {
    const fields = { profile_id: 'x', external_id: 'x', value_initial: 1, value_remaining: 1 };
    expect(toReward({ ...webhook, fields }, acme, sent)).to.include({
      profile_id: 'p-1',
      external_id: 'e-1',
      value_initial: 10,
      value_remaining: 10,
    });
  });
});
