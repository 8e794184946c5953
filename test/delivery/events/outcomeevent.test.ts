import { expect } from 'chai';
import fc from 'fast-check';
import { allActions } from '../../../src/actions/actions.ts';
import { outcomeEvent, profileOf } from '../../../src/delivery/events/outcomeevent.ts';
import { eventBody } from '../../../src/klaviyo/klaviyoevent.ts';
import type { OutboxItem } from '../../../src/ledger/deliveries/outbox.ts';
import type { ResourceId } from '../../../src/lib/resourceid.ts';
import { actionNames } from '../../../src/tenants/actionnames.ts';
import { bare, rowsOf } from '../../support/markdown.ts';
import { readText } from '../../support/pages.ts';
import { adaWebhook, rewardRequestOf, tenantOf } from '../../support/rewards.ts';
import { ada } from '../../support/webhooks.ts';
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

/** What a webhook of each action asks for, and what its event says of that. */
const told: Readonly<Record<(typeof actionNames)[number], Readonly<{ data: object; about: object }>>> = {
  rewards: {
    data: { reward_definition_id: 42, amount: 10 },
    about: { reward_definition_id: 42, amount: 10, reward_id: 7 },
  },
  benefits: {
    data: { benefit_definition_id: 3, value: 15 },
    about: { benefit_definition_id: 3, value: 15, benefit_id: 7 },
  },
  credits: {
    data: { credit_definition_id: 8, amount: 10 },
    about: { credit_definition_id: 8, amount: 10, credit_id: 7 },
  },
  interactions: {
    data: { name: 'Opened', channel: 'email', action: 'view', signal: 1 },
    about: { channel: 'email', signal: 1, interaction_id: 7 },
  },
  attributes: {
    data: { namespace: 'pet', handle: 'breed', value: 'poodle' },
    about: { value_type: 'string', attribute_id: 7 },
  },
};

describe('The event of an outcome', () => {
  const klaviyo = { identityHandle: 'klaviyo', identifiers: 'both' as const, actions: actionNames };

  for (const name of actionNames)
    it(`says of ${name} what was made, and in clear no text of the webhook but its id`, () => {
      const action = allActions().find((one) => one.name === name);
      const { data, about } = told[name];
      const asked = action?.parse({ id: 'order-7', ...ada, data }, { ...tenantOf('acme'), klaviyo });
      const event = asked && outcomeEvent(itemOf({ action: name, outcome: issuedAs(7) }), asked);
      expect(event).to.deep.equal({
        metric: action?.metrics.issued,
        profile: { email: ada.email },
        properties: { id: 'order-7', ...about },
        uniqueId: `acme/${name}/issued/d-1`,
        time: 1000,
      });
    });

  it('has what the page for marketers lists, and no more', async () => {
    const listed = rowsOf(await readText('docs/klaviyo.md'), "the event's", 'what it is');
    const names = listed.flatMap(([cell]) => bare(cell).split(', '));
    const known = Object.values(told).flatMap(({ about }) => Object.keys(about));
    expect(new Set(names)).to.deep.equal(new Set(['id', ...known, 'reason', 'delivery_id']));
  });

  it('says of an issued reward what it is, what it was for, and when', () => {
    expect(outcomeEvent(itemOf({ outcome: issuedAs(7) }), request)).to.deep.equal({
      metric: 'Omneo reward issued',
      profile: { email: 'ada@example.com' },
      properties: { id: 'r-1', reward_definition_id: 42, amount: 10, reward_id: 7 },
      uniqueId: 'acme/rewards/issued/d-1',
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

  it('is none of a webhook that names nobody', () => {
    const nobody = rewardRequestOf({ ...adaWebhook, personId: null, email: null });
    expect(outcomeEvent(itemOf(), nobody)).to.equal(undefined);
  });

  it('has one unique_id for one delivery, whenever it is told and whatever was made, and others for others', () => {
    const uniqueIdOf = (item: Partial<OutboxItem>): string | undefined =>
      outcomeEvent(itemOf(item), request)?.uniqueId;
    const outcomes = fc.oneof(fc.integer(), fc.uuid(), fc.bigInt()).map(issuedAs);
    fc.assert(
      fc.property(outcomes, outcomes, fc.uuid(), fc.uuid(), fc.nat(), (outcome, later, ...ends) => {
        const [deliveryId, another, since] = ends;
        const first = uniqueIdOf({ deliveryId, outcome });
        expect(uniqueIdOf({ deliveryId, outcome: later, since })).to.equal(first);
        expect(uniqueIdOf({ deliveryId, outcome: parked })).not.to.equal(first);
        if (another !== deliveryId) expect(uniqueIdOf({ deliveryId: another, outcome })).not.to.equal(first);
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
