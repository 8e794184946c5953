import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../sandbox/random.ts';
import { countsBy, samplesOf } from '../support/prometheus.ts';
import { secretOf, startReadyGateway, tenantWithSecrets, untilAnswered, type Gateway } from './gateway.ts';
import { needTools } from './needs.ts';
import { adminApi, type Api } from './operatorapi.ts';
import { startWorld, type World } from './operatorworld.ts';
import { Changes, type Change } from './scalechanges.ts';
import { eventually } from './time.ts';

const changes = 200;
const tenants = 2000;

describe('the control plane', () => {
  let world: World;
  let api: Api;

  before(async function () {
    await needTools(this, 'etcd', 'kube-apiserver', 'kubectl');
    // Without a grace a deletion shows at once, as every other change does.
    world = await startWorld({ replicas: 3, env: { DELETED_TENANT_GRACE_MS: '0' } });
    api = await adminApi(world.cluster);
  });

  after(async () => {
    await (api as Api | undefined)?.close();
    await (world as World | undefined)?.stop();
  });

  it(`brings each of ${changes} random changes to three replicas`, async () => {
    const seed = Math.floor(Math.random() * 1e9);
    const drawn = new Changes(seededRandom(seed), world.sandbox.baseURL('acme'));
    const latencies: number[] = [];
    for (let made = 0; made < changes; made++) {
      const change = drawn.next();
      await change.make(api);
      latencies.push(...(await Promise.all(world.gateways.map((gateway) => served(gateway, change)))));
    }
    const [p50, p99, most] = [0.5, 0.99, 1].map((share) => quantile(latencies, share));
    console.log(
      `      seed ${seed}: p50 ${p50} ms, p99 ${p99} ms, at most ${most} ms until a webhook is served`,
    );
    expect(latencies).to.have.length(changes * world.gateways.length);
  });

  it(`starts with ${tenants} tenants`, async () => {
    await Promise.all(world.gateways.splice(0).map((gateway) => gateway.stop()));
    await create(tenants);
    const at = performance.now();
    const { kubeconfig } = world.installed;
    const gateway = await startReadyGateway({ kubeconfig, folder: world.cluster.folder, name: 'large' });
    const readyMs = performance.now() - at;
    world.gateways.push(gateway);
    const text = await gateway.metrics();
    const memory = samplesOf(text, 'process_resident_memory_bytes')[0]?.value ?? 0;
    console.log(`      from start to ready ${Math.round(readyMs)} ms, then ${Math.round(memory / 1e6)} MB`);
    expect(countsBy(text, 'omneo_gateway_tenants', 'state')['ready']).to.be.at.least(tenants);
    const last = `many-${tenants - 1}`;
    expect((await gateway.post(last, { secret: secretOf(last) })).status).to.equal(200);

    const written = await eventually(
      'every status is written',
      async () => {
        const writes = countsBy(await gateway.metrics(), 'omneo_gateway_status_writes_total', 'result');
        return (writes['written'] ?? 0) >= tenants && writes;
      },
      { timeoutMs: 150_000, everyMs: 200 },
    );
    console.log(`      every status written ${Math.round(performance.now() - at)} ms after the start`);
    expect(written['error'] ?? 0).to.equal(0);
    await untilAnswered(gateway, 'many-0', { secret: secretOf('many-0') });
  }).timeout(300_000);

  async function create(count: number): Promise<void> {
    const baseURL = world.sandbox.baseURL('acme');
    const manifests = Array.from({ length: count }, (_, index) =>
      tenantWithSecrets(`many-${index}`, { baseURL }),
    ).flat();
    const creator = async (): Promise<void> => {
      for (let next = manifests.pop(); next; next = manifests.pop()) {
        const { status, body } = await api.apply(next);
        expect(status, body.message).to.equal(201);
      }
    };
    await Promise.all(Array.from({ length: 16 }, creator));
  }
});

/** Milliseconds until this gateway answers as it should after the change. */
async function served(gateway: Gateway, { name, secret, status }: Change): Promise<number> {
  const at = performance.now();
  while (performance.now() - at < 30_000) {
    if ((await gateway.post(name, { secret })).status === status) return performance.now() - at;
    await sleep(1);
  }
  throw new Error(`${gateway.name} never answers ${status} for ${name}`);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
}
