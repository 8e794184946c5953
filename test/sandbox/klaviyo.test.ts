import { expect } from 'chai';
import { type Klaviyo, type KlaviyoOptions, startKlaviyo } from '../../sandbox/klaviyo/klaviyo.ts';

const key = 'pk_of_the_sandbox';

/** A body that Create Event takes; `changes` replace attributes. */
function bodyOf(changes: object = {}): object {
  const attributes = {
    properties: { amount: 10 },
    unique_id: 'one',
    time: '2026-11-27T12:00:00Z',
    metric: { data: { type: 'metric', attributes: { name: 'Omneo reward issued' } } },
    profile: { data: { type: 'profile', attributes: { email: 'ada@example.com' } } },
    ...changes,
  };
  return { data: { type: 'event', attributes } };
}

describe("The sandbox's Klaviyo", () => {
  let klaviyo: Klaviyo | undefined;
  let now: number;

  const start = async (options: Partial<KlaviyoOptions> = {}): Promise<void> => {
    klaviyo = await startKlaviyo({ keys: [key], now: () => now, ...options });
  };
  const post = (body: unknown, headers: object = {}, path = '/api/events'): Promise<Response> =>
    fetch(`${klaviyo?.url ?? ''}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Klaviyo-API-Key ${key}`,
        revision: '2026-07-15',
        'content-type': 'application/vnd.api+json',
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  beforeEach(() => {
    now = Date.UTC(2026, 10, 27, 12);
  });
  afterEach(() => klaviyo?.close());

  it('answers 202 without a body to an event that it takes, with how many more it takes', async () => {
    await start();
    const answer = await post(bodyOf());
    expect([answer.status, await answer.text()]).to.deep.equal([202, '']);
    expect(answer.headers.get('ratelimit-limit')).to.equal('3500');
    expect(answer.headers.get('ratelimit-remaining')).to.equal('3499');
  });

  const profile = (attributes: object, id?: string): object => {
    return { profile: { data: { type: 'profile', ...(id !== undefined && { id }), attributes } } };
  };
  const refused: readonly (readonly [string, unknown, object, number, string])[] = [
    ['no key', bodyOf(), { authorization: '' }, 401, 'not_authenticated'],
    ['another scheme', bodyOf(), { authorization: `Bearer ${key}` }, 401, 'not_authenticated'],
    ['another key', bodyOf(), { authorization: 'Klaviyo-API-Key pk_other' }, 401, 'authentication_failed'],
    [
      'a key without the scope',
      bodyOf(),
      { authorization: 'Klaviyo-API-Key pk_read' },
      403,
      'permission_denied',
    ],
    ['no revision', bodyOf(), { revision: '' }, 400, 'invalid'],
    ['a body of another kind', bodyOf(), { 'content-type': 'text/plain' }, 415, 'invalid'],
    ['no JSON', '{', {}, 400, 'invalid'],
    ['another type', { data: { type: 'profile' } }, {}, 400, 'invalid'],
    ['no properties', bodyOf({ properties: undefined }), {}, 400, 'invalid'],
    [
      'too many properties',
      bodyOf({ properties: Object.fromEntries(Array.from({ length: 401 }, (_, n) => [n, 1])) }),
      {},
      400,
      'invalid',
    ],
    ['a string that is too long', bodyOf({ properties: { a: 'x'.repeat(102_401) } }), {}, 400, 'invalid'],
    ['a unique_id that is no string', bodyOf({ unique_id: 7 }), {}, 400, 'invalid'],
    ['a time long ago', bodyOf({ time: '1990-01-01T00:00:00Z' }), {}, 400, 'invalid'],
    ['a time without a zone', bodyOf({ time: '2026-11-27T12:00:00' }), {}, 400, 'invalid'],
    ['no metric', bodyOf({ metric: undefined }), {}, 400, 'invalid'],
    [
      'a name of a metric that is too long',
      bodyOf({ metric: { data: { type: 'metric', attributes: { name: 'x'.repeat(128) } } } }),
      {},
      400,
      'invalid',
    ],
    ['nobody', bodyOf(profile({})), {}, 400, 'invalid'],
    ['an id among the attributes', bodyOf(profile({ id: '01GDDKASAP8TKDDA2GRZDSVP4H' })), {}, 400, 'invalid'],
  ];
  for (const [what, body, headers, status, code] of refused)
    it(`refuses ${what} with ${status} ${code}, as JSON:API has it, and records nothing`, async () => {
      await start({ otherKeys: ['pk_read'] });
      const answer = await post(body, headers);
      expect(answer.status).to.equal(status);
      const { errors } = (await answer.json()) as { errors: Record<string, unknown>[] };
      expect(errors[0]).to.include({ code }).and.have.property('source').that.has.property('pointer');
      expect(klaviyo?.events()).to.deep.equal([]);
    });

  it('records the first event of a unique_id, of each profile and metric', async () => {
    await start();
    await post(bodyOf());
    await post(bodyOf({ properties: { amount: 11 } }));
    await post(bodyOf(profile({ email: 'ben@example.com' })));
    await post(bodyOf({ metric: { data: { type: 'metric', attributes: { name: 'Omneo reward failed' } } } }));
    expect(klaviyo?.events().map(({ properties }) => properties)).to.deep.equal([
      { amount: 10 },
      { amount: 10 },
      { amount: 10 },
    ]);
  });

  it('records one event a second where none has a unique_id', async () => {
    await start();
    for (const time of ['2026-11-27T12:00:00.1Z', '2026-11-27T12:00:00.9Z', '2026-11-27T12:00:01Z'])
      await post(bodyOf({ unique_id: undefined, time }));
    expect(klaviyo?.events()).to.have.length(2);
  });

  it('throttles by the second and by the minute, with the seconds to wait and no other header of the limit', async () => {
    await start({ burst: 2, steady: 3 });
    for (const status of [202, 202, 429]) expect((await post(bodyOf())).status).to.equal(status);
    now += 1000;
    expect((await post(bodyOf())).status).to.equal(429);
    now += 60_000;
    expect((await post(bodyOf())).status).to.equal(202);
    await post(bodyOf());
    const answer = await post(bodyOf());
    expect([answer.status, answer.headers.get('retry-after')]).to.deep.equal([429, '1']);
    expect(answer.headers.get('ratelimit-limit')).to.equal(null);
  });

  it('has no other path and no other method', async () => {
    await start();
    expect((await post(bodyOf(), {}, '/api/profiles')).status).to.equal(404);
    expect((await fetch(`${klaviyo?.url ?? ''}/api/events`)).status).to.equal(405);
  });
});
