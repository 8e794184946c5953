import { expect } from 'chai';
import type { Dispatcher } from 'undici';
import type { KlaviyoFault } from '../../sandbox/klaviyo/eventapi.ts';
import { type Klaviyo, startKlaviyo } from '../../sandbox/klaviyo/klaviyo.ts';
import { KlaviyoClient } from '../../src/klaviyo/klaviyoclient.ts';
import type { KlaviyoEvent } from '../../src/klaviyo/klaviyoevent.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createDispatcher, senderOf } from '../../src/omneo/client/transport.ts';
import { Confidential } from '../../src/tenants/confidential.ts';

const key = 'pk_0123456789abcdef';
const event: KlaviyoEvent = {
  metric: 'Omneo reward issued',
  profile: { email: 'ada@example.com' },
  properties: { reward_id: 7 },
  uniqueId: 'acme/rewards/issued/7',
  time: Date.UTC(2026, 10, 27, 12),
};

describe("Klaviyo's Create Event API, as the client speaks with it", () => {
  let klaviyo: Klaviyo;
  let dispatcher: Dispatcher;
  let client: KlaviyoClient;

  beforeEach(async () => {
    klaviyo = await startKlaviyo({ keys: [key], otherKeys: ['pk_read_only'], burst: 3 });
    dispatcher = createDispatcher(1000);
    client = new KlaviyoClient({
      origin: klaviyo.url,
      send: senderOf(dispatcher, systemClock),
      clock: systemClock,
    });
  });
  afterEach(async () => {
    await dispatcher.destroy();
    await klaviyo.close();
  });

  const send = (changes: Partial<KlaviyoEvent> = {}, apiKey = key) =>
    client.createEvent(new Confidential(apiKey), { ...event, ...changes });

  it('takes an event with its metric, person, properties and time', async () => {
    expect(await send()).to.deep.equal({ result: 'sent', status: 202 });
    expect(klaviyo.events()).to.deep.equal([
      {
        metric: event.metric,
        identifiers: { email: 'ada@example.com' },
        properties: event.properties,
        uniqueId: event.uniqueId,
        time: '2026-11-27T12:00:00.000Z',
      },
    ]);
  });

  for (const [profile, identifiers] of [
    [{ externalId: 'omneo-7' }, { external_id: 'omneo-7' }],
    [{ id: '01GDDKASAP8TKDDA2GRZDSVP4H' }, { id: '01GDDKASAP8TKDDA2GRZDSVP4H' }],
  ] as const)
    it(`finds a person by ${Object.keys(identifiers).join()} alone`, async () => {
      expect((await send({ profile })).result).to.equal('sent');
      expect(klaviyo.events()[0]?.identifiers).to.deep.equal(identifiers);
    });

  it('records an event once, however often it is sent', async () => {
    await send();
    await send({ time: event.time + 60_000 });
    expect(klaviyo.answers()).to.deep.equal([202, 202]);
    expect(klaviyo.events()).to.have.length(1);
  });

  it('records an event whose answer was lost, and once when it is sent again', async () => {
    klaviyo.setFault({ kind: 'lost' });
    expect(await send()).to.deep.equal({ result: 'unavailable' });
    klaviyo.setFault(null);
    expect((await send()).result).to.equal('sent');
    expect(klaviyo.events()).to.have.length(1);
  });

  for (const [name, apiKey, refusal] of [
    [
      'a wrong key',
      'pk_wrong',
      { result: 'refused', status: 401, code: 'authentication_failed', pointer: '/data/' },
    ],
    [
      'a key without the scope',
      'pk_read_only',
      { result: 'refused', status: 403, code: 'permission_denied', pointer: '/data/' },
    ],
  ] as const)
    it(`refuses ${name}`, async () => {
      expect(await send({}, apiKey)).to.deep.equal(refusal);
    });

  for (const [name, changes, pointer] of [
    [
      'an e-mail that is none',
      { profile: { email: 'ada' } },
      '/data/attributes/profile/data/attributes/email',
    ],
    ['a metric without a name', { metric: '' }, '/data/attributes/metric/data'],
    ['a time long ago', { time: 0 }, '/data/attributes/time'],
  ] as const)
    it(`rejects ${name} for good, and says where it is and nothing of what was sent`, async () => {
      expect(await send(changes)).to.deep.equal({
        result: 'rejected',
        status: 400,
        code: 'invalid',
        pointer,
      });
    });

  it('throttles what is beyond its limit, and says for how long', async () => {
    for (const n of [1, 2, 3]) expect((await send({ uniqueId: String(n) })).result).to.equal('sent');
    expect(await send({ uniqueId: '4' })).to.deep.include({ result: 'throttled', status: 429, waitMs: 1000 });
  });

  const faults: readonly (readonly [KlaviyoFault, object])[] = [
    [
      { kind: 'error', status: 500 },
      { result: 'unavailable', status: 500 },
    ],
    [
      { kind: 'html', status: 503 },
      { result: 'unavailable', status: 503 },
    ],
    [
      { kind: 'html', status: 403 },
      { result: 'refused', status: 403 },
    ],
    [
      { kind: 'error', status: 302 },
      { result: 'unavailable', status: 302 },
    ],
    [
      { kind: 'throttle', seconds: 86_400 },
      { result: 'throttled', status: 429, waitMs: 3_600_000 },
    ],
    [{ kind: 'reset' }, { result: 'unavailable' }],
    [{ kind: 'hang' }, { result: 'unavailable' }],
  ];
  for (const [fault, answer] of faults)
    it(`is ${JSON.stringify(answer)} when it fails with ${JSON.stringify(fault)}`, async () => {
      klaviyo.setFault(fault);
      expect(await send()).to.deep.include(answer);
      expect(klaviyo.events()).to.deep.equal([]);
    });

  for (const status of [400, 409, 413, 415, 422])
    it(`rejects an event for good by ${status}, which speaks of its body`, async () => {
      klaviyo.setFault({ kind: 'error', status });
      expect(await send()).to.deep.include({ result: 'rejected', status });
    });

  for (const status of [402, 404, 405, 407, 408, 410, 421, 425, 451])
    it(`is unavailable by ${status}, which a proxy may answer to every event`, async () => {
      klaviyo.setFault({ kind: 'html', status });
      expect(await send()).to.deep.include({ result: 'unavailable', status });
    });

  it('is unavailable when it cannot be reached', async () => {
    await klaviyo.close();
    expect(await send()).to.deep.equal({ result: 'unavailable' });
  });

  it('gets the headers that its documentation demands', async () => {
    const bare = await fetch(`${klaviyo.url}/api/events`, { method: 'POST', body: '{}' });
    expect(bare.status).to.equal(401);
    const headers = { authorization: `Klaviyo-API-Key ${key}` };
    const unrevised = await fetch(`${klaviyo.url}/api/events`, { method: 'POST', body: '{}', headers });
    expect(unrevised.status).to.equal(400);
  });
});
