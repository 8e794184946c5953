import { expect } from 'chai';
import { apply, secret, secretOf, tenantWithSecrets, untilAnswered } from './gateway.ts';
import { needTools } from './needs.ts';
import { eventsOf, ready, untilShown, wordsOfEvent } from './operatorstatus.ts';
import { startTraffic } from './operatortraffic.ts';
import { startWorld, type World } from './operatorworld.ts';
import { eventually } from './time.ts';

describe('a rotation', () => {
  let world: World;

  before(async function () {
    await needTools(this, 'etcd', 'kube-apiserver', 'kubectl');
    world = await startWorld({ replicas: 2 });
    const { baseURL } = world.sandbox;
    await apply(world.cluster, tenantWithSecrets('acme', { baseURL: baseURL('acme') }));
    await apply(
      world.cluster,
      tenantWithSecrets('oauth', { baseURL: baseURL('acme'), credentials: 'oauth' }),
    );
  });

  after(async () => {
    await (world as World | undefined)?.stop();
  });

  async function patch(object: string, change: unknown): Promise<void> {
    await world.kubectl('patch', '-n', 'loyalty', object, '--type=merge', '-p', JSON.stringify(change));
  }

  async function accept(...keys: string[]): Promise<void> {
    const secretRefs = keys.map((key) => ({ name: 'acme-klaviyo', key }));
    await patch('otn/acme', { spec: { klaviyo: { secretRefs } } });
    await untilShown(world, 'acme', ready);
  }

  it('of the webhook secret refuses none of 1,000 webhooks that come meanwhile', async () => {
    const [old, next] = [secretOf('acme'), 'the-next-webhook-secret-of-acme'];
    for (const gateway of world.gateways) await untilAnswered(gateway, 'acme', { secret: old });
    const traffic = startTraffic(world.gateways, 'acme', old);

    await patch('secret/acme-klaviyo', { stringData: { next } });
    await accept('webhook-secret', 'next');
    // Replicas hear of a change one after the other; a human takes longer to edit a Flow.
    for (const gateway of world.gateways) await untilAnswered(gateway, 'acme', { secret: next });
    await untilAnswered(world.gateway, 'acme', { secret: old });
    await traffic.atLeast(500);
    traffic.use(next);
    await traffic.idleOnce();
    await accept('next');
    await patch('secret/acme-klaviyo', { data: { 'webhook-secret': null } });
    for (const gateway of world.gateways) await untilAnswered(gateway, 'acme', { secret: old, status: 401 });

    await traffic.atLeast(1000);
    const statuses = await traffic.stop();
    console.log(`      ${statuses.length} webhooks during the rotation`);
    expect(new Set(statuses)).to.deep.equal(new Set([200]));
    expect(statuses).to.have.length.at.least(1000);
    await untilShown(world, 'acme', ready);
  });

  it('of the OAuth Secret makes the next call use a token of the new credentials', async () => {
    const { sandbox, gateway } = world;
    const options = { secret: secretOf('oauth') };
    await untilAnswered(gateway, 'oauth', options);
    const tokens = () => sandbox.calls()['acme token'] ?? 0;
    const before = tokens();
    // Tokens that were issued before stay good: nothing but the changed Secret makes the gateway fetch another.
    sandbox.rotateCredentials('acme', {
      clientId: 'acme-client-2',
      clientSecret: 'acme-client-secret-2',
      tokens: ['acme-static-token'],
    });
    await gateway.post('oauth', options);
    expect(tokens()).to.equal(before);
    await apply(world.cluster, [
      secret('oauth-omneo', { client_id: 'acme-client-2', client_secret: 'acme-client-secret-2' }),
    ]);
    await eventually('an Event', async () =>
      (await eventsOf(world, 'oauth')).map(wordsOfEvent).includes('Normal ResolveRefs SecretRotated'),
    );
    expect((await gateway.post('oauth', options)).status).to.equal(200);
    expect(tokens()).to.equal(before + 1);
    await untilShown(world, 'oauth', ready);
  });
});
