import { expect } from 'chai';
import fc from 'fast-check';
import { toIdempotentRequest } from '../../src/delivery/idempotentrequest.ts';
import { parseWebhook, type Webhook } from '../../src/actions/rewards/payload.ts';
import { adaWebhook as webhook, rewardRequestOf, tenantOf } from '../support/rewards.ts';

const acme = tenantOf('acme');

const entryOf = (changes: Partial<Webhook>, tenant = acme, raw = '{}') =>
  toIdempotentRequest(tenant, rewardRequestOf({ ...webhook, ...changes }), raw, 'request-1').entry;

describe('toIdempotentRequest', () => {
  it('keys a webhook by tenant and id, and sends the id on as external_id', () => {
    const { entry, withoutId } = toIdempotentRequest(acme, rewardRequestOf(webhook), '{}', 'request-1');
    expect(withoutId).to.equal(false);
    expect(entry.externalId).to.equal('r-1');
    expect(entry.key).to.match(/^rewards\/id\/[\w-]{43}$/);
    expect(entryOf({}, acme, 'another body').key).to.equal(entry.key);
    expect(entryOf({ id: 'r-2' }).key).to.not.equal(entry.key);
    expect(entryOf({}, tenantOf('bloom')).key).to.not.equal(entry.key);
  });

  it('keys one without id by tenant and body, under an external_id of its own each time', () => {
    const [first, second] = [
      toIdempotentRequest(acme, rewardRequestOf({ ...webhook, id: null }), 'a', 'request-1'),
      toIdempotentRequest(acme, rewardRequestOf({ ...webhook, id: null }), 'a', 'request-1'),
    ];
    expect(first.withoutId).to.equal(true);
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
            return toIdempotentRequest(acme, rewardRequestOf(parseWebhook(body, 'both')), '', 'request-1')
              .entry.fingerprint;
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
