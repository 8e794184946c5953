import { expect } from 'chai';
import { apply, secretOf, tenantWithSecrets, untilAnswered, type Manifest } from './gateway.ts';
import { needTools } from './needs.ts';
import { startTraffic } from './operatortraffic.ts';
import { startWorld, type World } from './operatorworld.ts';
import { installCrd } from './rbacgrant.ts';

describe('a tenant that is deleted and applied again under load', () => {
  let world: World;
  let manifests: Manifest[];
  const secret = secretOf('acme');

  before(async function () {
    await needTools(this, 'etcd', 'kube-apiserver', 'kubectl');
    world = await startWorld({ replicas: 2 });
    manifests = tenantWithSecrets('acme', { baseURL: world.sandbox.baseURL('acme') });
    await apply(world.cluster, manifests);
    await served();
  });

  after(async () => {
    await (world as World | undefined)?.stop();
  });

  const everywhere = (options: { status?: number; secret?: string } = {}) =>
    Promise.all(world.gateways.map((gateway) => untilAnswered(gateway, 'acme', { secret, ...options })));
  const served = () => everywhere();
  const asked = () => everywhere({ status: 503 });
  const input = () => ({ input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests }) });

  const ways: Record<string, () => Promise<void>> = {
    'by kubectl delete and apply': async () => {
      await world.kubectl('delete', '-n', 'loyalty', 'otn/acme');
      await asked();
      await apply(world.cluster, manifests);
    },
    'by kubectl replace --force': async () => {
      const { code, stderr } = await world.cluster.kubectl(['replace', '--force', '-f', '-'], input());
      expect(code, stderr).to.equal(0);
    },
    'with its Secrets, which go first and come back last': async () => {
      await world.kubectl('delete', '-n', 'loyalty', 'secret/acme-klaviyo', 'secret/acme-omneo');
      await asked();
      await world.kubectl('delete', '-n', 'loyalty', 'otn/acme');
      // A stranger is refused again only when the tenant itself is gone.
      await everywhere({ status: 401, secret: 'wrong' });
      await apply(world.cluster, manifests.toReversed());
    },
    'with the CRD': async () => {
      await world.kubectl('delete', 'crd', 'omneotenants.omneo.io');
      await asked();
      await installCrd(world.cluster);
      await apply(world.cluster, manifests);
    },
  };
  for (const [way, again] of Object.entries(ways)) {
    it(`${way} never refuses a webhook with its secret for good`, async () => {
      const traffic = startTraffic(world.gateways, 'acme', secret);
      await traffic.atLeast(100);
      await again();
      await served();
      const statuses = await traffic.stop();
      const counts = Object.groupBy(statuses, String);
      console.log(`      200: ${counts['200']?.length ?? 0}, 503: ${counts['503']?.length ?? 0}`);
      expect(Object.keys(counts).filter((status) => status !== '200' && status !== '503')).to.deep.equal([]);
    });
  }

  it('is refused to strangers all the while, and its going and coming is in the log', async () => {
    await world.kubectl('delete', '-n', 'loyalty', 'otn/acme');
    await asked();
    for (const gateway of world.gateways) {
      expect((await gateway.post('acme', { secret: 'wrong' })).status).to.equal(401);
      expect((await gateway.post('nobody', { secret })).status).to.equal(401);
      const lines = gateway.process.records.filter(({ key }) => key === 'loyalty/acme');
      expect(lines.at(-1)).to.include({ level: 'warn', tenant: 'acme', reason: 'Deleted' });
      expect(lines.at(-2)).to.include({ level: 'info', tenant: 'acme', reason: 'Ready' });
    }
  });
});
