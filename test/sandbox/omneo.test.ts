import { expect } from 'chai';
import { startSandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import { acme, ada, callSandbox, reward, type Caller } from './caller.ts';

const refusals: [string, string, unknown, RegExp][] = [
  ['PUT', '/_sandbox/faults', {}, /come as a list/],
  ['PUT', '/_sandbox/faults', [7], /is an object/],
  ['PUT', '/_sandbox/faults', [{ kind: 'boom' }], /no fault kind "boom"/],
  ['PUT', '/_sandbox/faults', [{ kind: 'delay' }], /needs a field ms/],
  ['PUT', '/_sandbox/faults', [{ kind: 'delay', ms: -1 }], /ms of the fault delay cannot be -1/],
  ['PUT', '/_sandbox/faults', [{ kind: 'reset', color: 'red' }], /no field color/],
  [
    'PUT',
    '/_sandbox/faults',
    [{ kind: 'reset', operation: 'x' }],
    /operation of the fault reset cannot be "x"/,
  ],
  ['PUT', '/_sandbox/faults', [{ kind: 'reset', probability: 2 }], /probability/],
  ['PUT', '/_sandbox/faults', [{ kind: 'error', status: 200 }], /status/],
  ['PUT', '/_sandbox/faults', undefined, /not JSON/],
  ['PUT', '/_sandbox/options', [], /come as an object/],
  ['PUT', '/_sandbox/options', { colour: 'red' }, /no option colour/],
  ['PUT', '/_sandbox/options', { pageSize: 0 }, /pageSize cannot be 0/],
  ['POST', '/_sandbox/profiles?tenant=acme', {}, /come as a list/],
  ['POST', '/_sandbox/profiles?tenant=acme', [{ mail: 'x' }], /A profile has/],
  ['POST', '/_sandbox/profiles?tenant=nobody', [], /no tenant "nobody"/],
  ['GET', '/_sandbox/rewards', undefined, /no tenant ""/],
];

describe('sandbox Omneo', () => {
  let caller: Caller;
  beforeEach(async () => {
    caller = await callSandbox();
  });
  afterEach(() => caller.close());

  const create = () => caller.call('POST', '/rewards', reward());

  it('keeps tenants apart', async () => {
    await create();
    expect(caller.sandbox.rewards('other')).to.deep.equal([]);
    expect(() => caller.sandbox.rewards('nobody')).to.throw('There is no tenant "nobody".');
  });

  it('answers 404 in JSON to any other route, tenant or method', async () => {
    const { url, baseURL } = caller.sandbox;
    for (const path of [
      '/nothing',
      `${url}/`,
      `${baseURL('nobody')}/rewards`,
      `${url}//`,
      `${url}/_sandboxes`,
    ]) {
      const reply = await caller.call('GET', path);
      expect([reply.status, reply.json]).to.deep.equal([404, { message: 'Not Found' }]);
    }
    expect((await caller.call('PUT', '/rewards')).status).to.equal(404);
  });

  it('notes under which external_id a create was sent, in its meta where there is no other', async () => {
    const interaction = { profile_id: ada, action: 'view', channel: 'email', signal: 1, namespace: 'n' };
    const meta = { external_id: 'order-1' };
    await caller.call('POST', '/rewards', reward({ external_id: 'order-2', meta }));
    await caller.call('POST', '/interactions', { ...interaction, name: 'Opened', meta });
    const noted = caller.sandbox.requests().map(({ operation, externalId }) => [operation, externalId]);
    expect(noted).to.deep.equal([
      ['rewards.create', 'order-2'],
      ['interactions.create', 'order-1'],
    ]);
  });

  it('counts every call by tenant, operation and status', async () => {
    await create();
    await create();
    await caller.call('GET', '/rewards', undefined, 'wrong');
    await caller.call('GET', `${caller.sandbox.baseURL('other')}/profiles`, undefined, 'static2');
    await caller.call('GET', `${caller.sandbox.baseURL('nobody')}/profiles`);
    expect(caller.sandbox.calls()).to.deep.equal({
      'acme rewards.create': 2,
      'acme rewards.list': 1,
      'other profiles': 1,
      '- profiles': 1,
    });
    expect(caller.sandbox.statuses()).to.include({
      'acme rewards.create 201': 2,
      'acme rewards.list 401': 1,
    });
  });

  it("throttles a tenant's minute, but not its token calls nor another tenant", async () => {
    caller.sandbox.setOption({ throttlePerMinute: 2 });
    const get = () => caller.call('GET', '/rewards');
    expect((await get()).headers).to.include({ 'x-ratelimit-limit': '2', 'x-ratelimit-remaining': '1' });
    caller.tick(20_500);
    await get();
    const over = await get();
    expect(over.status).to.equal(429);
    expect(over.headers).to.include({ 'retry-after': '40', 'x-ratelimit-remaining': '0' });
    expect((await caller.call('POST', '/auth/token', new URLSearchParams())).status).to.equal(400);
    const others = await caller.call(
      'GET',
      `${caller.sandbox.baseURL('other')}/rewards`,
      undefined,
      'static2',
    );
    expect(others.status).to.equal(200);
    caller.tick(39_500);
    expect((await get()).status).to.equal(200);
  });

  it('has a minute of another length, and says in whole seconds when it is over', async () => {
    caller.sandbox.setOption({ throttlePerMinute: 1, throttleMinuteMs: 6_000 });
    const get = () => caller.call('GET', '/rewards');
    for (const [after, status, retryAfter] of [
      [0, 200, undefined],
      [1_500, 429, '5'],
      [4_499, 429, '1'],
      [1, 200, undefined],
    ] as const) {
      caller.tick(after);
      const reply = await get();
      expect([reply.status, reply.headers['retry-after']]).to.deep.equal([status, retryAfter]);
    }
  });

  it('goes back to the start at a reset', async () => {
    await create();
    caller.sandbox.setFaults([{ kind: 'forbidden' }]);
    caller.sandbox.setOption({ numbersAs: 'number' });
    caller.sandbox.revokeTokens('acme');
    caller.sandbox.reset();
    expect([caller.sandbox.rewards('acme'), caller.sandbox.calls()]).to.deep.equal([[], {}]);
    const reply = await create();
    expect(reply.status).to.equal(201);
    expect(reply.json).to.have.nested.property('data.value_initial', '10.00');
  });

  it('makes the same ids and tokens from the same seed', async () => {
    const idOf = async (seed: number) => {
      const tenants = [{ ...acme, profiles: [{ email: 'a@example.com' }] }];
      const seeded = await callSandbox({ seed, tenants });
      const { text } = await seeded.call('GET', '/profiles');
      await seeded.close();
      return /"id":"([^"]+)"/.exec(text)?.[1];
    };
    expect(await idOf(1)).to.equal(await idOf(1));
    expect(await idOf(1)).to.not.equal(await idOf(2));
  });

  it('fails to start on a taken port', async () => {
    const failure: unknown = await startSandbox({ port: caller.sandbox.port }).catch(
      (error: unknown) => error,
    );
    expect(failure).to.have.property('code', 'EADDRINUSE');
  });

  it('starts with the sample tenants', async () => {
    const sampled = await callSandbox({ tenants: sample });
    const reply = await sampled.call('GET', '/profiles', undefined, 'acme-static-token');
    expect(reply.status).to.equal(200);
    await sampled.close();
  });
});

describe('sandbox inspection', () => {
  let caller: Caller;
  beforeEach(async () => {
    caller = await callSandbox();
  });
  afterEach(() => caller.close());

  it('lists its own routes', async () => {
    expect((await caller.call('GET', '/_sandbox')).json).to.have.property('PUT /_sandbox/faults');
  });

  it('shows rewards, counts and calls, and does not count itself', async () => {
    await caller.call('POST', '/rewards', reward({ external_id: 'e1' }));
    const rewards = (await caller.call('GET', '/_sandbox/rewards?tenant=acme')).json;
    expect(rewards).to.have.nested.property('[0].external_id', 'e1');
    expect((await caller.call('GET', '/_sandbox/calls')).json).to.deep.equal({
      operations: { 'acme rewards.create': 1 },
      statuses: { 'acme rewards.create 201': 1 },
    });
    expect((await caller.call('GET', '/_sandbox/requests')).json).to.have.lengthOf(1);
  });

  it('sets and clears faults', async () => {
    expect((await caller.call('PUT', '/_sandbox/faults', [{ kind: 'forbidden' }])).status).to.equal(200);
    expect((await caller.call('GET', '/rewards')).status).to.equal(403);
    await caller.call('DELETE', '/_sandbox/faults');
    expect((await caller.call('GET', '/rewards')).status).to.equal(200);
  });

  it('sets options, adds profiles and resets', async () => {
    await caller.call('PUT', '/_sandbox/options', { pageSize: 1 });
    await caller.call('POST', '/_sandbox/profiles?tenant=acme', [{ email: 'new@example.com' }]);
    const listed = (await caller.call('GET', '/profiles')).json;
    expect(listed).to.have.property('meta').that.deep.includes({ per_page: 1, total: 3 });
    await caller.call('POST', '/_sandbox/reset');
    expect((await caller.call('GET', '/profiles')).json).to.have.nested.property('meta.total', 2);
    expect((await caller.call('GET', `/profiles/${ada}`)).status).to.equal(200);
  });

  for (const [method, path, body, sentence] of refusals) {
    it(`refuses ${method} ${path} ${JSON.stringify(body)} with a sentence`, async () => {
      const reply = await caller.call(method, path, body);
      expect(reply.status).to.equal(400);
      expect((reply.json as { message: string }).message).to.match(sentence);
    });
  }

  it('answers 404 to what it does not have', async () => {
    expect((await caller.call('GET', '/_sandbox/toString')).status).to.equal(404);
  });
});
