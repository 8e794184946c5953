import { expect } from 'chai';
import { watchRules } from '../../src/sources/kubernetes/api/rules.ts';
import { samplesOf } from '../support/prometheus.ts';
import { apply, home, secretOf, startGateway, tenantWithSecrets, untilAnswered } from './gateway.ts';
import { needTools } from './needs.ts';
import { ready, untilShown } from './operatorstatus.ts';
import { startWorld, type World } from './operatorworld.ts';
import { grant } from './rbacgrant.ts';
import { eventually } from './time.ts';

describe('a gateway that starts while it may not read one of its namespaces', () => {
  let world: World;

  before(async function () {
    await needTools(this, 'etcd', 'kube-apiserver', 'kubectl');
    world = await startWorld({ replicas: 0, watched: ['loyalty'] });
    const baseURL = world.sandbox.baseURL('acme');
    await world.kubectl('create', 'namespace', 'closed');
    for (const namespace of ['loyalty', 'closed'])
      await apply(world.cluster, tenantWithSecrets(`in-${namespace}`, { baseURL, namespace }));
    world.gateways.push(
      await startGateway({
        kubeconfig: world.installed.kubeconfig,
        folder: world.cluster.folder,
        env: { WATCH_NAMESPACES: 'loyalty,closed' },
      }),
    );
  });

  after(async () => {
    await (world as World | undefined)?.stop();
  });

  it('serves the tenants of the others after half a minute, and refuses nobody for good', async () => {
    const { gateway } = world;
    await eventually('it is ready', () => gateway.isReady(), { timeoutMs: 60_000 });
    await untilAnswered(gateway, 'in-loyalty', { secret: secretOf('in-loyalty') });
    for (const slug of ['in-closed', 'in-neither'])
      expect((await gateway.post(slug, { secret: secretOf(slug) })).status, slug).to.equal(503);
    await untilShown(world, 'in-loyalty', ready);
  });

  it('names the namespace in its log and in its metrics', async () => {
    const { gateway } = world;
    expect(gateway.process.lines.some((line) => line.includes('"namespaces":["closed"]'))).to.equal(true);
    const unsynced = samplesOf(await gateway.metrics(), 'omneo_gateway_reflector_synced').filter(
      ({ value }) => value === 0,
    );
    expect(unsynced.map(({ labels }) => labels['watched_namespace'])).to.deep.equal(['closed', 'closed']);
  });

  it('serves all of them once it may', async () => {
    await grant(world.cluster, {
      account: 'gateway-loyalty',
      namespace: home,
      watched: ['loyalty', 'closed'],
      watch: watchRules,
      home: [],
    });
    const { gateway } = world;
    await untilAnswered(gateway, 'in-closed', { secret: secretOf('in-closed'), timeoutMs: 30_000 });
    await untilAnswered(gateway, 'in-neither', { secret: 'nobody', status: 401, timeoutMs: 30_000 });
  });
});
