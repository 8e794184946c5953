import { expect } from 'chai';
import fc from 'fast-check';
import { LocalTimes } from '../../src/actions/rewards/localtimes.ts';
import { toIdempotentRequest, toReward } from '../../src/delivery/idempotentrequest.ts';
import { parseWebhook, type Webhook } from '../../src/actions/rewards/payload.ts';
import type { Tenant } from '../../src/tenants/tenant.ts';

const tenantOf = (slug: string, rewards: Tenant['rewards'] = { timezone: 'UTC' }): Tenant =>
  ({ slug, omneo: { baseURL: `https://${slug}.example/api/v3` }, rewards }) as Tenant;
const acme = tenantOf('acme');

const webhook: Webhook = {
  id: 'r-1',
  personId: '01ACMEADA',
  email: 'ada@example.com',
  emailFault: null,
  definitionId: 42,
  amount: 10,
  fields: {},
};

const entryOf = (changes: Partial<Webhook>, tenant = acme, raw = '{}') =>
  toIdempotentRequest(tenant, { ...webhook, ...changes }, raw, 'request-1').entry;

describe('toIdempotentRequest', () => {
  it('keys a webhook by tenant and id, and sends the id on as external_id', () => {
    const { entry, anonymous } = toIdempotentRequest(acme, webhook, '{}', 'request-1');
    expect(anonymous).to.equal(false);
    expect(entry.externalId).to.equal('r-1');
    expect(entry.key).to.match(/^rewards\/id\/[\w-]{43}$/);
    expect(entryOf({}, acme, 'another body').key).to.equal(entry.key);
    expect(entryOf({ id: 'r-2' }).key).to.not.equal(entry.key);
    expect(entryOf({}, tenantOf('bloom')).key).to.not.equal(entry.key);
  });

  it('keys one without id by tenant and body, under an external_id of its own each time', () => {
    const [first, second] = [
      toIdempotentRequest(acme, { ...webhook, id: null }, 'a', 'request-1'),
      toIdempotentRequest(acme, { ...webhook, id: null }, 'a', 'request-1'),
    ];
    expect(first.anonymous).to.equal(true);
    expect(first.entry.key)
      .to.equal(second.entry.key)
      .and.to.match(/^rewards\/body\/[\w-]{43}$/);
    expect(first.entry.externalId)
      .to.match(/^gw-[0-9a-f-]{36}$/)
      .and.to.not.equal(second.entry.externalId);
    expect(entryOf({ id: null }, acme, 'b').key).to.not.equal(first.entry.key);
  });

  it('holds nothing of the payload but the id', () => {
    const { key, fingerprint } = entryOf({});
    for (const value of ['r-1', '01ACMEADA', 'ada@example.com', '42'])
      expect(key + fingerprint).to.not.contain(value);
  });

  it('has another fingerprint for another person, definition or amount, and no other', () => {
    const { fingerprint } = entryOf({});
    for (const change of [{ personId: '01ACMEBEN' }, { definitionId: 6 }, { amount: 10.01 }]) {
      expect(entryOf(change).fingerprint).to.not.equal(fingerprint);
    }
    for (const change of [{ id: 'other' }, { fields: { a: 1 } }, { email: 'new@example.com' }]) {
      expect(entryOf(change).fingerprint).to.equal(fingerprint);
    }
  });

  it('has the same fingerprint for the same e-mail in another case when there is no person_id', () => {
    const by = (email: string): string => entryOf({ personId: null, email }).fingerprint;
    expect(by('Ada@Example.com')).to.equal(by('ada@example.com'));
    expect(by('ben@example.com')).to.not.equal(by('ada@example.com'));
  });

  it('has the same fingerprint for the same meaning, however it is written', () => {
    const space = fc.constantFrom('', ' ', '\n');
    const cents = fc.integer({ min: 1, max: 10_000_000 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1 }),
        cents,
        space,
        fc.integer({ min: 2, max: 6 }),
        (id, amount, pad, digits) => {
          const of = (definition: unknown, value: unknown, person: unknown): string => {
            const body = {
              id: 'x',
              person_id: person,
              email: 'a@b.c',
              data: { reward_definition_id: definition, amount: value },
            };
            return toIdempotentRequest(acme, parseWebhook(body, 'both'), '', 'request-1').entry.fingerprint;
          };
          const exact = amount / 100;
          expect(of(`${pad}${id}.0`, pad + exact.toFixed(digits), `${pad}77${pad}`)).to.equal(
            of(id, exact, 77),
          );
        },
      ),
    );
  });
});

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
