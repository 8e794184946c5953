import { expect } from 'chai';
import { apply, secretOf, tenantWithSecrets, untilAnswered } from './gateway.ts';
import { needTools } from './needs.ts';
import { eventsOf, ready, shown, untilShown, wordsOfEvent } from './operatorstatus.ts';
import { startWorld, type World } from './operatorworld.ts';

describe('a tenant, with kubectl alone', () => {
  let world: World;
  const secret = secretOf('acme');

  before(async function () {
    await needTools(this, 'etcd', 'kube-apiserver', 'kubectl');
    world = await startWorld();
  });

  after(async () => {
    await (world as World | undefined)?.stop();
  });

  it('is served as soon as it and its two Secrets are applied', async () => {
    await apply(world.cluster, tenantWithSecrets('acme', { baseURL: world.sandbox.baseURL('acme') }));
    await world.kubectl('wait', '-n', 'loyalty', '--for=condition=Ready', 'otn/acme', '--timeout=20s');
    const { status, json } = await world.gateway.post('acme', { secret });
    expect(status).to.equal(200);
    expect(json).to.include({ status: 'created', matched_by: 'klaviyo' });
    expect(world.sandbox.rewards('acme')).to.have.length(1);
  });

  it('shows its path, and that everything about it is well', async () => {
    await untilShown(world, 'acme', ready);
    const { status } = await shown(world, 'acme');
    expect(status.path).to.equal('/acme/api/v1/webhooks/klaviyo/rewards');
    const wide = await world.kubectl('get', 'otn', '-n', 'loyalty', '-o', 'wide', '--no-headers');
    expect(wide).to.match(/^acme +acme +True +Ready +\/acme\/api\/v1\/webhooks\/klaviyo\/rewards +\d+s/);
  });

  it('is answered with 503 while it is suspended, so that no webhook is lost', async () => {
    const suspend = async (suspended: boolean) =>
      world.kubectl(
        'patch',
        '-n',
        'loyalty',
        'otn/acme',
        '--type=merge',
        '-p',
        `{"spec":{"suspend":${suspended}}}`,
      );
    await suspend(true);
    const { json } = await untilAnswered(world.gateway, 'acme', { secret, status: 503 });
    expect(json).to.include({ code: 'not_ready' });
    await untilShown(world, 'acme', { ...ready, Ready: 'False Suspended' });
    await suspend(false);
    await untilAnswered(world.gateway, 'acme', { secret });
    await untilShown(world, 'acme', ready);
  });

  it('is served no longer within a second of its deletion, and its series are gone', async () => {
    await world.kubectl('delete', '-n', 'loyalty', 'otn/acme', '--wait=false');
    await untilAnswered(world.gateway, 'acme', { secret, status: 503, timeoutMs: 1000 });
    expect((await world.gateway.post('acme', { secret: 'wrong' })).status).to.equal(401);
    expect(await world.gateway.metrics()).to.not.contain('"acme');
  });

  it('is told of by Events, each once and when something changed', async () => {
    const events = await eventsOf(world, 'acme');
    expect(events.map(wordsOfEvent)).to.have.members([
      'Normal Accept Accepted',
      'Normal Serve Ready',
      'Normal Serve Suspended',
    ]);
  });
});
