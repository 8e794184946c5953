import { expect } from 'chai';
import fc from 'fast-check';
import type { ActionRequest } from '../../../src/actions/action.ts';
import { outcomeEvent, profileOf } from '../../../src/delivery/events/outcomeevent.ts';
import { eventBody } from '../../../src/klaviyo/klaviyoevent.ts';
import type { OutboxItem } from '../../../src/ledger/deliveries/outbox.ts';
import type { ResourceId } from '../../../src/lib/resourceid.ts';
import { adaWebhook, rewardRequestOf } from '../../support/rewards.ts';
import { itemOf } from './items.ts';

const request = rewardRequestOf(adaWebhook);
const parked: OutboxItem['outcome'] = { kind: 'parked', reason: 'gave_up' };
const issuedAs = (resourceId: ResourceId): OutboxItem['outcome'] => {
  return { kind: 'issued', receipt: { resourceId, matchedBy: 'klaviyo' } };
};

describe('The person of an event', () => {
  const ulid = '01GDDKASAP8TKDDA2GRZDSVP4H';
  for (const [what, person, profile] of [
    ['the e-mail address', { personId: ulid, email: 'ada@example.com' }, { email: 'ada@example.com' }],
    ["Klaviyo's profile id, where there is no address", { personId: ulid, email: null }, { id: ulid }],
    ['any other id, as the external one', { personId: 'omneo-7', email: null }, { externalId: 'omneo-7' }],
    [
      'an id in small letters, as the external one',
      { personId: ulid.toLowerCase(), email: null },
      { externalId: ulid.toLowerCase() },
    ],
    ['nothing', { personId: null, email: null }, undefined],
  ] as const)
    it(`is found by ${what}`, () => {
      expect(profileOf(person)).to.deep.equal(profile);
    });

  it('is found by one identifier, whatever the webhook has: of two Klaviyo would change one', () => {
    const text = fc.option(fc.string({ minLength: 1 }));
    fc.assert(
      fc.property(text, text, (personId, email) => {
        expect(Object.keys(profileOf({ personId, email }) ?? {}).length).to.equal(
          personId === null && email === null ? 0 : 1,
        );
      }),
    );
  });
});

describe('The event of an outcome', () => {
  it('says of an issued reward what it is, what it was for, and when', () => {
    expect(outcomeEvent(itemOf({ outcome: issuedAs(7) }), request)).to.deep.equal({
      metric: 'Omneo reward issued',
      profile: { email: 'ada@example.com' },
      properties: { id: 'r-1', reward_definition_id: 42, amount: 10, reward_id: 7 },
      uniqueId: 'acme/rewards/issued/7',
      time: 1000,
    });
  });

  it('says of a failure why, and by what people find the delivery', () => {
    expect(outcomeEvent(itemOf({ outcome: parked }), request)).to.deep.equal({
      metric: 'Omneo reward failed',
      profile: { email: 'ada@example.com' },
      properties: { id: 'r-1', reward_definition_id: 42, amount: 10, reason: 'gave_up', delivery_id: 'd-1' },
      uniqueId: 'acme/rewards/failed/d-1',
      time: 1000,
    });
  });

  it('is none of a webhook that names nobody, or of an action of which nothing is told', () => {
    const nobody = rewardRequestOf({ ...adaWebhook, personId: null, email: null });
    expect(outcomeEvent(itemOf(), nobody)).to.equal(undefined);
    const { id, summary, person } = request;
    const silent = { action: { name: 'points', idField: 'points_id' }, id, summary, person };
    expect(outcomeEvent(itemOf(), silent as ActionRequest)).to.equal(undefined);
  });

  it('has one unique_id for one reward, whichever webhook and moment it is told of, and others for others', () => {
    const uniqueIdOf = (item: Partial<OutboxItem>): string | undefined =>
      outcomeEvent(itemOf(item), request)?.uniqueId;
    const ids = fc.oneof(fc.integer(), fc.uuid(), fc.bigInt());
    fc.assert(
      fc.property(ids, ids, fc.nat(), (one, other, since) => {
        const first = uniqueIdOf({ outcome: issuedAs(one) });
        expect(uniqueIdOf({ outcome: issuedAs(one), since, deliveryId: 'd-2' })).to.equal(first);
        if (String(one) !== String(other))
          expect(uniqueIdOf({ outcome: issuedAs(other) })).not.to.equal(first);
      }),
    );
  });

  it('can be written as JSON whatever Omneo calls the reward', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.string(), fc.bigInt()), (resourceId) => {
        const event = outcomeEvent(itemOf({ outcome: issuedAs(resourceId) }), request);
        expect(event && JSON.stringify(eventBody(event))).to.be.a('string');
      }),
    );
  });
});
