import { expect } from 'chai';
import { eventually } from '../support/eventually.ts';
import type { Reply } from '../support/gateway.ts';
import { expectProblem } from '../support/problems.ts';
import { countsBy } from '../support/prometheus.ts';
import { openSocket, requestOf } from '../support/rawsocket.ts';
import { webhook } from '../support/webhooks.ts';
import { startWorld, type World } from '../support/world.ts';

const statuses = (replies: readonly Reply[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { status } of replies) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

describe('limits', () => {
  let world: World;
  let { gateway, sandbox } = {} as World;

  afterEach(() => world.stop());

  async function begin(env: Record<string, string>): Promise<void> {
    world = await startWorld({ env });
    ({ gateway, sandbox } = world);
  }

  const hang = (slug: string, count: number): Promise<Reply>[] =>
    Array.from({ length: count }, () => gateway.post(slug, webhook()));

  const underWay = (slug: string, count: number): Promise<unknown> =>
    eventually(() => {
      expect(sandbox.calls()).to.include({ [`${slug} rewards.create`]: count });
    });

  it("keep one tenant's hung Omneo from the others, whatever comes for it", async () => {
    await begin({ ANSWER_DEADLINE_MS: '4000', UPSTREAM_TIMEOUT_MS: '4100' });
    sandbox.setFaults([{ kind: 'hang', tenant: 'acme', operation: 'rewards.create' }]);
    const hung = hang('acme', 100);
    await underWay('acme', 100);

    const refused = await Promise.all(hang('acme', 50));
    for (const reply of refused) expectProblem(reply, 'overloaded');
    const others = Array.from({ length: 200 }, () =>
      gateway.post('bloom', webhook({ person_id: '01BLOOMADA' })),
    );
    // Some of the others are too many at once for their own limit, and none for that of the process.
    const served = statuses(await Promise.all(others.slice(0, 100)));
    expect(served).to.deep.equal({ 200: 100 });
    await Promise.all(others);
    expect(statuses(await Promise.all(hung))).to.deep.equal({ 502: 100 });
  });

  it('answer 429 beyond what a tenant may have under way, and serve it again afterwards', async () => {
    await begin({ MAX_CONCURRENT_PER_TENANT: '2' });
    sandbox.setFaults([{ kind: 'delay', ms: 150, operation: 'rewards.create' }]);
    const first = hang('acme', 2);
    await eventually(() => expect(sandbox.calls()).to.include({ 'acme search-id': 2 }));
    const reply = await gateway.post('acme', webhook());
    expectProblem(reply, 'overloaded');
    expect(reply.headers['retry-after']).to.equal('5');
    expect((await gateway.post('bloom', webhook({ person_id: '01BLOOMADA' }))).status).to.equal(200);
    expect(statuses(await Promise.all(first))).to.deep.equal({ 200: 2 });
    expect((await gateway.post('acme', webhook())).status).to.equal(200);
  });

  it('answer 429 beyond what the process may have under way, to strangers too', async () => {
    await begin({ MAX_CONCURRENT: '3' });
    sandbox.setFaults([{ kind: 'delay', ms: 150, operation: 'rewards.create', tenant: 'acme' }]);
    const first = hang('acme', 3);
    await eventually(() => expect(sandbox.calls()).to.include({ 'acme search-id': 3 }));
    for (const slug of ['acme', 'bloom', 'nobody'])
      expectProblem(await gateway.post(slug, webhook()), 'overloaded');
    expect(statuses(await Promise.all(first))).to.deep.equal({ 200: 3 });
    expect((await gateway.post('bloom', webhook({ person_id: '01BLOOMADA' }))).status).to.equal(200);
  });

  it('are not taken up by strangers, nor by webhooks that were refused', async () => {
    await begin({ MAX_CONCURRENT: '1', MAX_CONCURRENT_PER_TENANT: '1' });
    for (let round = 0; round < 5; round += 1) {
      expectProblem(await gateway.post('nobody', webhook()), 'unauthorized');
      expectProblem(await gateway.post('acme', '{'), 'invalid_json');
      expectProblem(await gateway.post('acme', webhook({ email: '' })), 'invalid_payload');
    }
    expect((await gateway.post('acme', webhook())).status).to.equal(200);
  });

  it('hold for a create that outlives its answer: it keeps its place until it ends', async () => {
    await begin({ ANSWER_DEADLINE_MS: '50', MAX_CONCURRENT_PER_TENANT: '1' });
    sandbox.setFaults([{ kind: 'delay', ms: 300, operation: 'rewards.create', times: 1 }]);
    expectProblem(await gateway.post('acme', webhook()), 'upstream_unavailable');
    expectProblem(await gateway.post('acme', webhook()), 'overloaded');
    await eventually(() => expect(sandbox.rewards('acme')).to.have.length(1));
    await eventually(async () => {
      expect((await gateway.post('acme', webhook())).status).to.equal(200);
    });
  });

  for (const [failing, hanging, count] of [
    ['search-id', 'rewards.list', 'acme rewards.list'],
    ['rewards.list', 'search-id', 'acme search-id'],
  ] as const) {
    it(`hold for a ${hanging} that hangs while ${failing} fails at once: no more calls than places`, async () => {
      await begin({ ANSWER_DEADLINE_MS: '100', MAX_CONCURRENT_PER_TENANT: '2' });
      sandbox.setFaults([
        { kind: 'error', status: 500, tenant: 'acme', operation: failing },
        { kind: 'hang', tenant: 'acme', operation: hanging },
      ]);
      const replies: Reply[] = [];
      for (let round = 0; round < 10; round += 1) replies.push(await gateway.post('acme', webhook()));
      // None of them ended yet, by UPSTREAM_TIMEOUT_MS.
      expect(sandbox.calls()).to.include({ [count]: 2 });
      expect(statuses(replies)).to.deep.equal({ 502: 2, 429: 8 });
      expect((await gateway.post('bloom', webhook({ person_id: '01BLOOMADA' }))).status).to.equal(200);
    });
  }
});

describe('the deadline of the answer', () => {
  let world: World;
  let { gateway, sandbox } = {} as World;

  before(async () => {
    world = await startWorld({ env: { ANSWER_DEADLINE_MS: '100', UPSTREAM_TIMEOUT_MS: '5000' } });
    ({ gateway, sandbox } = world);
  });

  beforeEach(() => {
    sandbox.reset();
    sandbox.setFaults([{ kind: 'delay', ms: 250, operation: 'rewards.create', times: 1 }]);
  });

  after(() => world.stop());

  for (const [what, id] of [
    ['with an id', 'slow-1'],
    ['without an id', ''],
  ] as const) {
    it(`is kept with 502 while the create goes on, and the retry is a duplicate, ${what}`, async () => {
      const body = webhook({ id });
      const late = await gateway.post('acme', body);
      expect(sandbox.rewards('acme'), 'the create goes on').to.have.length(0);
      expectProblem(late, 'upstream_unavailable');
      expect(late.json['detail']).to.match(/Omneo did not answer in time/);

      const retry = await eventually(async () => {
        const reply = await gateway.post('acme', body);
        expect(reply.status, reply.text).to.equal(200);
        return reply;
      });
      const [reward] = sandbox.rewards('acme');
      expect(retry.json).to.deep.equal({
        status: 'duplicate',
        reward_id: reward!.id,
        external_id: reward!.external_id,
        matched_by: 'klaviyo',
      });
      expect(sandbox.rewards('acme')).to.have.length(1);
    });
  }

  describe('leaves a second line in the log', () => {
    const settled = (): Record<string, unknown>[] =>
      gateway.logs.filter(({ msg }) => msg === 'webhook settled after its answer');

    type Lines = Record<'webhook' | 'settled', Record<string, unknown>>;
    async function lateLines(body = webhook()): Promise<Lines> {
      const before = settled().length;
      const reply = expectProblem(await gateway.post('acme', body), 'upstream_unavailable');
      const webhookLine = gateway.logs.findLast(({ msg }) => msg === 'webhook');
      await eventually(() => expect(settled()).to.have.length(before + 1));
      const line = settled().at(-1)!;
      for (const each of [webhookLine!, line]) expect(each['request_id']).to.equal(reply['request_id']);
      expect(Object.keys(line)).to.have.members([
        ...['time', 'level', 'msg', 'request_id', 'tenant', 'reward_id', 'error'],
      ]);
      expect(line).to.include({ tenant: 'acme' });
      return { webhook: webhookLine!, settled: line };
    }

    it('once its reward was made after all; the first says what was late', async () => {
      const lines = await lateLines();
      expect(lines.webhook).to.include({
        reward_id: null,
        error: 'Omneo did not answer by ANSWER_DEADLINE_MS',
      });
      const [reward] = sandbox.rewards('acme');
      expect(lines.settled).to.include({ level: 'info', reward_id: reward!.id, error: null });
    });

    it('once it failed after all, which is a warning with the error', async () => {
      sandbox.setFaults([
        { kind: 'delay', ms: 250, operation: 'search-id' },
        { kind: 'error', status: 500, operation: 'search-id' },
      ]);
      const lines = await lateLines();
      expect(lines.settled).to.include({ level: 'warn', reward_id: null, error: 'Omneo answered 500' });
    });

    it('once it was refused after all, with the code of that', async () => {
      sandbox.setFaults([{ kind: 'delay', ms: 250, operation: 'search-id' }]);
      const nobody = webhook({ person_id: '01NOBODY', email: 'nobody@example.com' });
      const lines = await lateLines(nobody);
      expect(lines.settled).to.include({
        level: 'warn',
        reward_id: null,
        error: 'Problem(profile_not_found)',
      });
    });

    it('and none for a webhook that was answered in time', async () => {
      const before = settled().length;
      sandbox.setFaults([]);
      expect((await gateway.post('acme', webhook())).status).to.equal(200);
      sandbox.setFaults([{ kind: 'error', status: 500 }]);
      expect((await gateway.post('acme', webhook())).status).to.equal(502);
      expect(settled()).to.have.length(before);
    });
  });
});

describe('exactly once', () => {
  let world: World;
  let { gateway, sandbox } = {} as World;

  before(async () => {
    world = await startWorld({ env: { MAX_CONCURRENT_PER_TENANT: '1000' } });
    ({ gateway, sandbox } = world);
  });

  beforeEach(() => {
    sandbox.reset();
  });

  after(() => world.stop());

  it('500 concurrent webhooks with one id make one reward, and all are told of it', async () => {
    const body = webhook();
    const replies = await Promise.all(Array.from({ length: 500 }, () => gateway.post('acme', body)));
    expect(statuses(replies)).to.deep.equal({ 200: 500 });
    const created = replies.filter(({ json }) => json['status'] === 'created');
    expect(created).to.have.length(1);
    const [reward] = sandbox.rewards('acme');
    for (const { json } of replies)
      expect(json).to.include({ reward_id: reward!.id, external_id: body['id'] });
    expect(sandbox.rewards('acme')).to.have.length(1);
    expect(sandbox.calls()).to.include({ 'acme rewards.create': 1 });
  });

  it('500 concurrent webhooks with 50 ids, of two tenants, make 50 rewards each', async () => {
    const people = { acme: '01ACMEADA', bloom: '01BLOOMADA' };
    const bodies = Array.from({ length: 50 }, () => webhook());
    const posts = Array.from({ length: 5 }, () =>
      bodies.flatMap((body) => [
        gateway.post('acme', { ...body, person_id: people.acme }),
        gateway.post('bloom', { ...body, person_id: people.bloom }),
      ]),
    );
    expect(statuses(await Promise.all(posts.flat()))).to.deep.equal({ 200: 500 });
    for (const slug of ['acme', 'bloom']) {
      expect(new Set(sandbox.rewards(slug).map(({ external_id: id }) => id)).size).to.equal(50);
      expect(sandbox.rewards(slug)).to.have.length(50);
    }
  });

  it('two equal webhooks without an id, one after the other, are two rewards', async () => {
    const body = webhook({ id: '' });
    const replies = [await gateway.post('acme', body), await gateway.post('acme', body)];
    for (const { json } of replies) expect(json).to.include({ status: 'created' });
    expect(sandbox.rewards('acme')).to.have.length(2);
  });

  it('a webhook without an id whose caller hung up is one reward after its retry, and two after another', async () => {
    sandbox.setFaults([{ kind: 'delay', ms: 100, operation: 'rewards.create', times: 1 }]);
    const body = webhook({ id: '' });
    const raw = await openSocket(gateway.url);
    raw.write(requestOf('acme', body));
    await eventually(() => expect(sandbox.calls()).to.include({ 'acme search-id': 1 }));
    raw.socket.destroy();
    await eventually(() => expect(sandbox.rewards('acme')).to.have.length(1));

    expect((await gateway.post('acme', body)).json).to.include({ status: 'duplicate' });
    expect(sandbox.rewards('acme')).to.have.length(1);
    expect((await gateway.post('acme', body)).json).to.include({ status: 'created' });
    expect(sandbox.rewards('acme')).to.have.length(2);
  });

  it('a webhook without an id whose create was ambiguous is settled by its retry', async () => {
    sandbox.setFaults([
      { kind: 'reset', when: 'after', operation: 'rewards.create', times: 1 },
      { kind: 'error', status: 500, operation: 'rewards.list', times: 1 },
    ]);
    const body = webhook({ id: '' });
    expectProblem(await gateway.post('acme', body), 'upstream_unavailable');
    expect((await gateway.post('acme', body)).json).to.include({ status: 'duplicate' });
    expect(sandbox.rewards('acme')).to.have.length(1);
  });

  it('counts what the ledger said', async () => {
    const claims = countsBy(await gateway.metrics(), 'omneo_gateway_ledger_claims_total', 'result');
    expect(claims).to.include.keys('won', 'issued', 'unconfirmed');
  });
});
