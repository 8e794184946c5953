import { expect } from 'chai';
import { homeRules, watchRules } from '../../src/sources/kubernetes/api/rules.ts';
import { apply, home, startReadyGateway, tenantWithSecrets, type Gateway } from './gateway.ts';
import { eventWrites, statusWrites } from './leaderreplicas.ts';
import { needTools } from './needs.ts';
import { ready, untilShown } from './operatorstatus.ts';
import { leads, startWorld, type World } from './operatorworld.ts';
import { grant } from './rbacgrant.ts';
import { eventually } from './time.ts';

describe('two installs with other settings on one tenant', () => {
  let world: World;
  let other: Gateway;

  before(async function () {
    await needTools(this, 'etcd', 'kube-apiserver', 'kubectl');
    world = await startWorld();
    await apply(world.cluster, tenantWithSecrets('acme', { baseURL: world.sandbox.baseURL('acme') }));
    await untilShown(world, 'acme', ready);
    const { kubeconfig } = await grant(world.cluster, {
      account: 'other',
      namespace: home,
      watch: watchRules,
      home: homeRules('other'),
    });
    other = await startReadyGateway({
      kubeconfig,
      folder: world.cluster.folder,
      // Takes no tenant of the sandbox.
      env: { LEASE_NAME: 'other', ALLOW_INSECURE_UPSTREAM: 'false' },
    });
    world.gateways.push(other);
  });

  after(async () => {
    await (world as World | undefined)?.stop();
  });

  const warnings = ({ process }: Gateway): string[] =>
    process.lines.filter((line) => line.includes('somebody else rewrites the status'));

  it('write few statuses and Events, and each warns once of the other by its name', async () => {
    await eventually('the other one leads', () => leads(other), { timeoutMs: 30_000 });
    const warned = (gateway: Gateway): boolean => warnings(gateway).length > 0;
    await eventually('both warn', () => Promise.resolve(warned(world.gateway) && warned(other)), {
      timeoutMs: 60_000,
    });
    expect(warnings(world.gateway)[0]).to.contain('"manager":"omneo-gateway/other"');
    expect(warnings(other)[0]).to.contain('"manager":"omneo-gateway"');
    expect([world.gateway, other].map((gateway) => warnings(gateway).length)).to.deep.equal([1, 1]);
    const [statuses, events] = [await statusWrites(world), await eventWrites(world)];
    console.log(`      ${statuses.length} writes of statuses, ${events.length} of Events`);
    expect(statuses.length).to.be.below(40);
    expect(events.length).to.be.below(10);
  });

  it('leave a status of one alone when the other has stopped', async () => {
    await other.stop();
    await untilShown(world, 'acme', ready, { timeoutMs: 90_000 });
  });
});
