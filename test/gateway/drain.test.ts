import { expect } from 'chai';
import { systemClock } from '../../src/lib/clock.ts';
import { MemoryLedger } from '../../src/ledger/memory/memory.ts';
import { fastClock } from '../scenario/clock.ts';
import { eventually } from '../support/eventually.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { openSocket, readAnswer, requestOf } from '../support/rawsocket.ts';
import { webhook } from '../support/webhooks.ts';
import { startWorld, type World } from '../support/world.ts';

describe('a gateway that stops', () => {
  let world: World;
  let { gateway, sandbox } = {} as World;

  beforeEach(async () => {
    world = await startWorld({ env: { MAX_CONCURRENT_PER_TENANT: '1000', ANSWER_DEADLINE_MS: '15000' } });
    ({ gateway, sandbox } = world);
  });

  afterEach(() => sandbox.close());

  const underWay = (count: number): Promise<unknown> =>
    eventually(() => {
      expect(sandbox.calls()['acme search-id'] ?? 0).to.be.at.least(count);
    });

  it('answers every webhook that is under way, refuses new ones, and ends', async () => {
    sandbox.setFaults([{ kind: 'delay', ms: 400, operation: 'rewards.create' }]);
    const idle = await openSocket(gateway.url);
    idle.write(requestOf('acme', webhook({ email: '' })));
    await eventually(() => expect(idle.received()).to.contain('HTTP/1.1 400'));

    const posts = Array.from({ length: 500 }, () => gateway.post('acme', webhook()));
    await underWay(500);
    const stopping = gateway.stop();
    const late = await openSocket(gateway.url);

    expect((await gateway.get(`${gateway.adminURL}/readyz`)).status).to.equal(503);
    expect((await gateway.get(`${gateway.adminURL}/livez`)).status).to.equal(200);
    late.write(requestOf('acme', webhook()));
    const { status, headers, body } = readAnswer(await late.ended);
    expect(status).to.equal(503);
    expect(headers).to.include({ connection: 'close' });
    expect(headers['retry-after']).to.match(/^\d+$/);
    expect(body).to.include({ code: 'not_ready' });
    expect(body['detail']).to.match(/^Nothing to fix: this replica is stopping/);

    const replies = await Promise.all(posts);
    for (const reply of replies) expect(reply.json, reply.text).to.include({ status: 'created' });
    expect(replies.at(-1)?.headers['connection']).to.equal('close');
    expect(await stopping).to.equal(true);
    await idle.ended;
    expect(sandbox.rewards('acme')).to.have.length(500);
    const webhooks = gateway.logs.filter(({ msg }) => msg === 'webhook');
    expect(webhooks).to.have.length(502);
  });

  it('closes a busy keep-alive connection with the answer that is under way', async () => {
    sandbox.setFaults([{ kind: 'delay', ms: 100, operation: 'rewards.create' }]);
    const raw = await openSocket(gateway.url);
    raw.write(requestOf('acme', webhook()));
    await underWay(1);
    const stopping = gateway.stop();
    raw.write(requestOf('acme', webhook()));
    const text = await raw.ended;
    expect(text).to.match(/^HTTP\/1\.1 200 /);
    expect(readAnswer(text.slice(0, text.indexOf('HTTP/1.1', 1) >>> 0)).headers).to.include({
      connection: 'close',
    });
    expect(await stopping).to.equal(true);
  });

  it('waits for a create that outlived its answer', async () => {
    const slow = await startWorld({ env: { ANSWER_DEADLINE_MS: '50' } });
    slow.sandbox.setFaults([{ kind: 'delay', ms: 300, operation: 'rewards.create' }]);
    expect((await slow.gateway.post('acme', webhook())).status).to.equal(502);
    expect(slow.sandbox.rewards('acme')).to.have.length(0);
    expect(await slow.gateway.stop()).to.equal(true);
    expect(slow.sandbox.rewards('acme')).to.have.length(1);
    await slow.sandbox.close();
    await gateway.stop();
  });

  describe('with a look-up under way', () => {
    let other: Gateway;

    async function startBoth(answerDeadlineMs: number): Promise<void> {
      await gateway.stop();
      const times = { leaseMs: 35_000, settleWindowMs: 120_000, retentionMs: 259_200_000 };
      const ledger = new MemoryLedger({ clock: systemClock, times, maxEntries: 10 });
      gateway = await startGateway({ ANSWER_DEADLINE_MS: String(answerDeadlineMs) }, { ledger });
      other = await startGateway({}, { ledger });
      for (const each of [gateway, other]) each.tenant('acme', { baseURL: sandbox.baseURL('acme') });
      sandbox.setFaults([{ kind: 'delay', ms: 1500, operation: 'search-id' }]);
    }

    afterEach(() => other.stop());

    it('begins no create for a caller who was told to come back: the retry makes the reward', async () => {
      await startBoth(300);
      const body = webhook();
      expect((await gateway.post('acme', body)).status).to.equal(502);
      expect(await gateway.stop()).to.equal(true);
      expect(sandbox.calls())
        .to.include({ 'acme search-id': 1 })
        .and.not.have.property('acme rewards.create');
      sandbox.setFaults([]);
      expect((await other.post('acme', body)).json).to.include({ status: 'created' });
      expect(sandbox.rewards('acme')).to.have.length(1);
    });

    it('makes the reward of a caller who hung up, of whom nobody knows whether there will be a retry', async () => {
      await startBoth(15_000);
      const body = webhook();
      const raw = await openSocket(gateway.url);
      raw.write(requestOf('acme', body));
      await underWay(1);
      raw.socket.destroy();
      expect(await gateway.stop()).to.equal(true);
      expect(sandbox.rewards('acme')).to.have.length(1);
      sandbox.setFaults([]);
      expect((await other.post('acme', body)).json).to.include({ status: 'duplicate' });
    });
  });

  it('waits for no stranger who has begun a request, and calls that in time', async () => {
    const clock = fastClock(20);
    const hasty = await startWorld({ parts: { clock } });
    const stranger = await openSocket(hasty.gateway.url);
    stranger.write('POST /acme/api/v1/webhooks/klav');
    await eventually(() => expect(stranger.socket.bytesWritten).to.be.above(0));
    expect(await hasty.gateway.stop()).to.equal(true);
    await stranger.ended;
    await hasty.sandbox.close();
    await gateway.stop();
  });

  it('waits for its tenants to be let go, but no longer than DRAIN_MS', async () => {
    const source = Promise.withResolvers<undefined>();
    const options = { clock: fastClock(100), stopSource: () => source.promise };
    const patient = await startGateway({ DRAIN_MS: '600000' }, options);
    const stopping = patient.stop();
    const isStopped = await Promise.race([stopping.then(() => true), gateway.stop().then(() => false)]);
    expect(isStopped, 'whether it stopped before its source').to.equal(false);
    source.resolve(undefined);
    expect(await stopping).to.equal(true);

    const hasty = await startGateway(
      { DRAIN_MS: '5000' },
      { ...options, stopSource: () => new Promise(() => undefined) },
    );
    expect(await hasty.stop()).to.equal(true);
    expect(hasty.logs.map(({ msg }) => msg)).to.include('the source of tenants did not stop in time');
  });

  it('answers a webhook whose first half came before the end', async () => {
    const raw = await openSocket(gateway.url);
    const text = requestOf('acme', webhook());
    raw.write(text.slice(0, 100));
    // Not idle, in the eyes of the server, from here on.
    await gateway.get(gateway.url);
    const stopping = gateway.stop();
    raw.write(text.slice(100));
    const { status, headers } = readAnswer(await raw.ended);
    expect(status).to.equal(503);
    expect(headers).to.include({ connection: 'close' });
    expect(await stopping).to.equal(true);
  });

  it('cuts what is left after DRAIN_MS, and says so', async () => {
    const hasty = await startWorld({ env: { DRAIN_MS: '100' } });
    hasty.sandbox.setFaults([{ kind: 'hang' }]);
    const raw = await openSocket(hasty.gateway.url);
    raw.write(requestOf('acme', webhook()));
    await eventually(() => expect(hasty.sandbox.calls()).to.include({ 'acme search-id': 1 }));
    expect(await hasty.gateway.stop()).to.equal(false);
    await raw.ended;
    await hasty.sandbox.close();
    await gateway.stop();
  });
});
