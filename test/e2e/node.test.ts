import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { at, chartFolder, type Values } from './chart.ts';
import { needTools } from './needs.ts';
import { ApiError } from './node/api.ts';
import { startCallers, type Callers, type Figures } from './node/callers.ts';
import { startWorld, type World } from './node/world.ts';
import { apply, secret, secretOf, tenantWithSecrets } from './operatortenants.ts';
import { eventually } from './time.ts';

const namespace = 'gateway';
const name = 'gw-omneo-gateway';
const pods = ['pods', '-n', namespace, '-l', 'app.kubernetes.io/component=gateway'];

describe('a release of the chart on nodes that run its Pods', () => {
  let world: World;
  let values: Values;
  let webhooks: string;
  let callers: Callers | undefined;

  before(async function () {
    const tools = ['helm', 'etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl', 'redis-server'];
    await needTools(this, ...(tools as Parameters<typeof needTools>[1][]));
    world = await startWorld('node-a', 'node-b');
    for (const each of [namespace, 'loyalty']) await world.kubectl('create', 'namespace', each);
    await apply(world.cluster, [secret('redis', { url: world.redisURL }, { namespace })]);
    values = {
      replicas: 3,
      ledger: { type: 'redis', redis: { existingSecret: 'redis' } },
      config: { allowInsecureUpstream: true },
    };
    // Long enough for a webhook to be under way when its Pod is told to stop.
    world.sandbox.setFaults([{ kind: 'delay', ms: 500, operation: 'rewards.create' }]);
  });

  after(async () => {
    // Undefined if the suite was skipped, or failed before.
    await callers?.stop(() => []);
    await (world as World | undefined)?.stop();
  });

  /** Does something to the release while webhooks come in, and counts them. */
  async function underLoad(what: string, work: () => Promise<unknown>): Promise<Figures> {
    callers = startCallers(webhooks, secretOf('acme'));
    await sleep(1000);
    await work();
    await sleep(1000);
    const figures = await callers.stop(() => world.sandbox.rewards('acme'));
    callers = undefined;
    console.log(`        ${what}: ${JSON.stringify(figures)}`);
    return figures;
  }

  function expectUnharmed({ webhooks: sent, answers, lost, doubled, refused }: Figures): void {
    expect({ lost, doubled, refused }).to.deep.equal({ lost: 0, doubled: 0, refused: 0 });
    expect(answers['200']).to.equal(sent);
    expect(sent).to.be.above(40);
  }

  async function podNames(): Promise<readonly string[]> {
    return (await world.kubectl('get', ...pods, '-o', 'name')).trim().split('\n');
  }

  async function readyReplicas(count: number): Promise<void> {
    await world.kubectl('rollout', 'status', `deployment/${name}`, '-n', namespace, '--timeout=90s');
    await eventually(`${count} Pods`, async () => (await podNames()).length === count, { timeoutMs: 60_000 });
  }

  async function evict(pod: string): Promise<void> {
    const metadata = { name: pod, namespace };
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata };
    await world.api.post(`/api/v1/namespaces/${namespace}/pods/${pod}/eviction`, eviction);
  }

  function upgrade(more: Values): Promise<string> {
    const where = [`--namespace=${namespace}`, '--wait', '--timeout=100s', '--values=-'];
    return world.helm(['upgrade', 'gw', chartFolder, ...where], { ...values, ...more });
  }

  it('becomes ready with helm install --wait', async () => {
    const where = [`--namespace=${namespace}`, '--wait', '--timeout=100s', '--values=-'];
    await world.helm(['install', 'gw', chartFolder, ...where], values);
    const { status } = JSON.parse(
      await world.kubectl('get', 'deployment', name, '-n', namespace, '-o', 'json'),
    ) as { status: unknown };
    expect(at(status, 'readyReplicas')).to.equal(3);
  });

  it('answers a webhook of a new tenant through its Service', async () => {
    await apply(world.cluster, tenantWithSecrets('acme', { baseURL: world.sandbox.baseURL('acme') }));
    await world.kubectl('wait', '--for=condition=Ready', 'otn/acme', '-n', 'loyalty', '--timeout=30s');
    const port = await world.reach(namespace, name, 80);
    webhooks = `http://127.0.0.1:${port}/acme/api/v1/webhooks/klaviyo/rewards`;
    const figures = await underLoad('at rest', () => sleep(1000));
    expectUnharmed(figures);
  });

  it('passes helm test', async () => {
    expect(await world.helm(['test', 'gw', `--namespace=${namespace}`, '--timeout=60s'])).to.contain(
      'Succeeded',
    );
  });

  it('loses and doubles nothing while helm upgrade replaces every Pod', async () => {
    const before = await podNames();
    const figures = await underLoad('helm upgrade', async () => {
      await upgrade({ config: { allowInsecureUpstream: true, answerDeadlineMs: 4400 } });
      await readyReplicas(3);
    });
    expectUnharmed(figures);
    const after = await podNames();
    expect(before.filter((pod) => after.includes(pod))).to.deep.equal([]);
  });

  it('is rolled back under load', async () => {
    const figures = await underLoad('helm rollback', async () => {
      await world.helm(['rollback', 'gw', `--namespace=${namespace}`, '--wait', '--timeout=100s']);
      await readyReplicas(3);
    });
    expectUnharmed(figures);
  });

  it('is scaled by hand, to more Pods and to fewer', async () => {
    const figures = await underLoad('scale to 4 and to 2', async () => {
      for (const count of [4, 2]) {
        await world.kubectl('scale', `deployment/${name}`, '-n', namespace, `--replicas=${count}`);
        await readyReplicas(count);
      }
    });
    expectUnharmed(figures);
  });

  it('lets a node be drained, one Pod after the other', async () => {
    const figures = await underLoad('kubectl drain', async () => {
      await world.kubectl('drain', 'node-a', '--timeout=100s');
      await readyReplicas(2);
    });
    expectUnharmed(figures);
    const nodes = await world.kubectl('get', ...pods, '-o', 'jsonpath={.items[*].spec.nodeName}');
    expect(nodes).to.equal('node-b node-b');
    await world.kubectl('uncordon', 'node-a');
  });

  it('has an eviction refused that would leave too few Pods', async () => {
    await world.kubectl('cordon', 'node-a', 'node-b');
    const [first = '', second = ''] = (await podNames()).map((pod) => pod.replace('pod/', ''));
    await evict(first);
    const refused: unknown = await evict(second).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(ApiError).with.property('status', 429);
    await world.kubectl('uncordon', 'node-a', 'node-b');
    await readyReplicas(2);
  });

  it('leaves the CRD and the tenants behind when it is uninstalled', async () => {
    await world.helm(['uninstall', 'gw', `--namespace=${namespace}`, '--wait', '--timeout=60s']);
    await eventually('no Pod', async () => (await podNames()).join('') === '', { timeoutMs: 40_000 });
    expect(await world.kubectl('get', 'otn', '-n', 'loyalty', '-o', 'name')).to.contain('/acme');
  });
});
