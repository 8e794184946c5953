import { expect } from 'chai';
import { eventually } from '../support/eventually.ts';
import { openSocket, readAnswer, requestOf } from '../support/rawsocket.ts';
import { webhook } from '../support/webhooks.ts';
import { startWorld, type World } from '../support/world.ts';

describe('a gateway that stops', () => {
  let world: World;
  let { gateway, sandbox } = {} as World;

  beforeEach(async () => {
    world = await startWorld({ env: { MAX_CONCURRENT_PER_TENANT: '1000' } });
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
    const late = await openSocket(gateway.url);
    const stopping = gateway.stop();

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
