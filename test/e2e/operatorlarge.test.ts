import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { samplesOf } from '../support/prometheus.ts';
import { apply, secretOf, startReadyGateway, tenantWithSecrets, untilAnswered } from './gateway.ts';
import { needTools } from './needs.ts';
import { adminApi, type Api } from './operatorapi.ts';
import { secret } from './operatortenants.ts';
import { startWorld, type World } from './operatorworld.ts';

const count = 400;
const kib = 900;

describe(`${count} Secrets of ${kib} KiB that no tenant refers to`, () => {
  let world: World;
  let api: Api;

  before(async function () {
    await needTools(this, 'etcd', 'kube-apiserver', 'kubectl');
    world = await startWorld({ replicas: 0 });
    api = await adminApi(world.cluster);
    await apply(world.cluster, tenantWithSecrets('acme', { baseURL: world.sandbox.baseURL('acme') }));
    const text = randomBytes((kib * 1024) / 2).toString('hex');
    const left = Array.from({ length: count }, (_, index) => `other-${index}`);
    const creator = async (): Promise<void> => {
      for (let name = left.pop(); name !== undefined; name = left.pop()) {
        const path = '/api/v1/namespaces/loyalty/secrets';
        const { status, body } = await api.request('POST', path, { body: secret(name, { text }) });
        expect(status, body.message).to.equal(201);
      }
    };
    await Promise.all(Array.from({ length: 4 }, creator));
  });

  after(async () => {
    await (api as Api | undefined)?.close();
    await (world as World | undefined)?.stop();
  });

  it('neither stop a start nor take memory, and a change is served within a second', async () => {
    const gateway = await startReadyGateway({
      kubeconfig: world.installed.kubeconfig,
      folder: world.cluster.folder,
      // The heap that is left for it in a container with the chart's limit.
      env: { NODE_OPTIONS: '--max-old-space-size=256' },
    });
    world.gateways.push(gateway);
    const memory = samplesOf(await gateway.metrics(), 'process_resident_memory_bytes')[0]?.value ?? Infinity;
    console.log(`      ${Math.round(memory / 1e6)} MB when ready`);
    expect(memory).to.be.below(256 * 1024 * 1024);
    await untilAnswered(gateway, 'acme', { secret: secretOf('acme') });
    const rotated = secret('acme-klaviyo', { 'webhook-secret': 'another-webhook-secret-of-the-tests' });
    await api.apply(rotated);
    await untilAnswered(gateway, 'acme', {
      secret: 'another-webhook-secret-of-the-tests',
      timeoutMs: 1000,
    });
  });
});
