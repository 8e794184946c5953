import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { commandsOf } from '../support/markdown.ts';
import { readText } from '../support/pages.ts';
import { ada } from '../support/webhooks.ts';
import { chartFolder, type Values } from './chart.ts';
import { openShell, type Shell } from './docscommands.ts';
import { needTools } from './needs.ts';
import { ApiError } from './node/api.ts';
import { startCallers, type Callers, type Figures } from './node/callers.ts';
import { makeOlder, pull } from './node/clone.ts';
import { startWorld, type World } from './node/world.ts';
import { apply, secretOf, tenantWithSecrets } from './operatortenants.ts';
import { eventually } from './time.ts';

const name = 'omneo-gateway';
const namespace = name;
const pods = ['pods', '-n', namespace, '-l', `app.kubernetes.io/name=${name}`];

/** Short times for what the defaults allow minutes: a webhook whose Pod was killed is settled within seconds. */
const hasty: Values = {
  config: { upstreamTimeoutMs: 2000, leaseMs: 3000, settleWindowMs: 1000, drainMs: 5000 },
  preStopSleepSeconds: 1,
  readinessProbe: { periodSeconds: 1 },
  updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: 0 } },
};

describe('a release that the page on the install makes, on nodes that run its Pods', () => {
  let world: World;
  let shell: Shell;
  let install: Map<string, string[]>;
  let chartReadme: string;
  let scaling: Map<string, string[]>;
  let webhooks: string;
  let callers: Callers | undefined;

  before(async function () {
    const tools = ['helm', 'etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl', 'postgres'];
    await needTools(this, ...(tools as Parameters<typeof needTools>[1][]));
    world = await startWorld('node-a', 'node-b');
    const { folder, adminKubeconfig } = world.cluster;
    shell = await openShell(folder, adminKubeconfig, ['kubectl', 'helm']);
    await makeOlder(shell.clone);
    install = commandsOf(await readText('docs/install.md'));
    chartReadme = await readFile(join(chartFolder, 'README.md'), 'utf8');
    scaling = commandsOf(chartReadme);
    await world.kubectl('create', 'namespace', 'loyalty');
    // Long enough for a webhook to be under way when its Pod is told to stop.
    world.sandbox.setFaults([{ kind: 'delay', ms: 500, operation: 'rewards.create' }]);
  });

  after(async () => {
    // Undefined if the suite was skipped, or failed before.
    await callers?.stop(() => []);
    await (world as World | undefined)?.stop();
  });

  /** Runs one block of a section as it stands. */
  function run(section: string, block: number, of = install): Promise<string> {
    const commands = of.get(section)?.[block];
    if (commands === undefined) throw new Error(`no block ${block} in ${section}`);
    return shell.run(commands);
  }

  /** Does something to the release while webhooks come in, and counts them. */
  async function underLoad(what: string, work: () => Promise<unknown>): Promise<Figures> {
    callers = startCallers(webhooks, secretOf('acme'));
    await callers.answered(10);
    await work();
    await callers.answered(10);
    const figures = await callers.stop(() => world.sandbox.rewards('acme'));
    callers = undefined;
    console.log(`        ${what}: ${JSON.stringify(figures)}`);
    const { lost, doubled, refused, answers, webhooks: sent } = figures;
    expect({ lost, doubled, refused }).to.deep.equal({ lost: 0, doubled: 0, refused: 0 });
    expect(answers['200']).to.equal(sent);
    expect(sent).to.be.at.least(20);
    return figures;
  }

  /** The leader says that a tenant is ready; a busy replica may know it a moment later, and answers 401 until then. */
  async function servedByAll(): Promise<void> {
    const headers = {
      'content-type': 'application/json',
      'x-omneo-secret': secretOf('acme'),
      connection: 'close',
    };
    await eventually('every Pod serves the tenant', async () => {
      const asked = Array.from({ length: 20 }, () =>
        fetch(webhooks, { method: 'POST', headers, body: '{}' }),
      );
      // Authenticated, and a payload that asks for nothing.
      return (await Promise.all(asked)).every(({ status }) => status === 400);
    });
  }

  async function podNames(): Promise<readonly string[]> {
    const names = await world.kubectl('get', ...pods, '-o', 'jsonpath={.items[*].metadata.name}');
    return names.split(' ').filter(Boolean);
  }

  /** That many Pods, all of them ready and none of them on its way out. */
  async function settled(count: number): Promise<void> {
    await world.kubectl('rollout', 'status', `deployment/${name}`, '-n', namespace, '--timeout=90s');
    await eventually(`${count} Pods`, async () => (await podNames()).length === count, { timeoutMs: 60_000 });
  }

  function upgrade(values: Values): Promise<string> {
    const how = [`--namespace=${namespace}`, '--reset-then-reuse-values', '--wait', '--values=-'];
    return world.helm(['upgrade', name, chartFolder, ...how], values);
  }

  /** The port of a Service that has somebody to answer by now: its endpoints follow the Pods a little later. */
  async function answering(namespace: string, service: string, port: number): Promise<number> {
    const reached = await world.reach(namespace, service, port);
    await eventually(`an endpoint of ${service}`, () =>
      fetch(`http://127.0.0.1:${reached}/`).then(
        () => true,
        () => false,
      ),
    );
    return reached;
  }

  async function replicas(): Promise<number> {
    const path = 'jsonpath={.spec.replicas}';
    return Number(await world.kubectl('get', 'deployment', name, '-n', namespace, '-o', path));
  }

  it('is installed by four commands, its Postgres included', async () => {
    const readme = commandsOf(await readText('README.md'));
    const [commands = ''] = readme.get('Install on Kubernetes') ?? [];
    expect(commands.match(/^(kubectl|helm) /gm)).to.have.length(4);
    expect(await shell.run(commands)).to.contain('STATUS: deployed');
    await settled(3);
  });

  it('passes helm test', async () => {
    expect(await run('Install', 1)).to.contain('Succeeded');
  });

  it('runs without capabilities, in a namespace that may enforce the restricted Pod Security level', async () => {
    for (const pod of [...(await podNames()), 'omneo-gateway-postgres-0']) {
      const { pid } = world.runOf(namespace, pod);
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      expect(status, pod)
        .to.match(/^NoNewPrivs:\s1$/m)
        .and.match(/^CapEff:\s0+$/m);
    }
    const enforce = 'pod-security.kubernetes.io/enforce=restricted';
    const { stdout, stderr } = await world.cluster.kubectl([
      'label',
      '--dry-run=server',
      'namespace',
      namespace,
      enforce,
    ]);
    expect(stdout).to.contain('labeled');
    // Here the API server names the Pods that are there already and would not be let in.
    expect(stderr).to.equal('');
  });

  it('has a user of the database who is no superuser, and nobody is that from outside of the Pod', async () => {
    const secret = [
      'get',
      'secret',
      'omneo-gateway-postgres',
      '-n',
      namespace,
      '-o',
      'jsonpath={.data.password}',
    ];
    const password = Buffer.from(await world.kubectl(...secret), 'base64').toString();
    const port = await world.reach(namespace, 'omneo-gateway-postgres', 5432);
    const ask = async (user: string): Promise<unknown> => {
      const client = new Client({ host: '127.0.0.1', port, user, password, database: 'omneo_gateway' });
      try {
        await client.connect();
        const { rows } = await client.query('SELECT rolsuper FROM pg_roles WHERE rolname = current_user');
        return rows;
      } catch (error) {
        return error;
      } finally {
        await client.end();
      }
    };
    expect(await ask('omneo_gateway')).to.deep.equal([{ rolsuper: false }]);
    expect(String(await ask('postgres'))).to.contain('password authentication failed');
  });

  it('answers a webhook of a new tenant through its Service', async () => {
    await apply(world.cluster, tenantWithSecrets('acme', { baseURL: world.sandbox.baseURL('acme') }));
    await world.kubectl('wait', '--for=condition=Ready', 'otn/acme', '-n', 'loyalty', '--timeout=30s');
    const port = await world.reach(namespace, name, 80);
    webhooks = `http://127.0.0.1:${port}/acme/api/v1/webhooks/klaviyo/rewards`;
    await servedByAll();
    await underLoad('at rest', () => Promise.resolve());
  });

  // It was made by an older chart, whose CRD lacks a column and a field.
  const expires = '{"spec":{"rewards":{"expiresAfter":"30d"}}}';
  const uid = (): Promise<string> =>
    world.kubectl('get', 'otn/acme', '-n', 'loyalty', '-o', 'jsonpath={.metadata.uid}');

  async function setExpiry(): Promise<string> {
    const change = ['--type=merge', '-p', expires, '-o', 'jsonpath={.spec.rewards.expiresAfter}'];
    return world.kubectl('patch', 'otn/acme', '-n', 'loyalty', ...change);
  }

  it('loses and doubles nothing while helm upgrade replaces every Pod', async () => {
    expect(await setExpiry()).to.equal('');
    const [before, tenant] = [await podNames(), await uid()];
    await pull(shell.clone);
    await underLoad('helm upgrade', async () => {
      await run('Upgrade', 0);
      await settled(3);
    });
    const after = await podNames();
    expect(before.filter((pod) => after.includes(pod))).to.deep.equal([]);
    expect(await uid()).to.equal(tenant);
  });

  it('then has them, and the tenant can use the field', async () => {
    expect(await world.kubectl('get', 'otn', '-n', 'loyalty', '-o', 'wide')).to.match(
      / PATH .*\n.* \/acme\/api/,
    );
    expect(await setExpiry()).to.equal('30d');
  });

  it('is rolled back under load, its CRD too, and keeps its tenants', async () => {
    const tenant = await uid();
    await underLoad('helm rollback', async () => {
      await run('Upgrade', 1);
      await settled(3);
    });
    expect(await world.kubectl('get', 'otn', '-n', 'loyalty', '-o', 'wide')).not.to.contain('PATH');
    const field = 'jsonpath={.spec.rewards.expiresAfter}';
    expect(await world.kubectl('get', 'otn/acme', '-n', 'loyalty', '-o', field)).to.equal('');
    expect(await uid()).to.equal(tenant);
  });

  it('is upgraded again, with other values, to one namespace', async () => {
    await upgrade({ ...hasty, watchNamespaces: ['loyalty'] });
    expect(await setExpiry()).to.equal('30d');
  });

  it('has a dashboard where Grafana looks for it', async () => {
    expect(await run('Dashboard and alerts', 0)).to.contain('left out');
    const found = await world.kubectl(
      'get',
      'cm',
      '-A',
      '-l',
      'grafana_dashboard=1',
      '-o',
      'jsonpath={..data}',
    );
    expect(found).to.contain('Are rewards being issued');
  });

  it('gets more Pods by hand, which Helm says and takes back', async () => {
    await underLoad('kubectl scale to 4, helm upgrade to 3', async () => {
      await settled(3);
      await shell.run(`kubectl scale deployment/${name} -n ${namespace} --replicas=4`);
      await settled(4);
      const refused: unknown = await run('Upgrade', 0).catch((error: unknown) => error);
      const [, sentence = '?'] = /^> (.*\.spec\.replicas)$/m.exec(chartReadme) ?? [];
      expect(String(refused), String(refused)).to.contain(sentence);
      await run('By hand', 0, scaling);
      await settled(3);
    });
  });

  it('gets more and fewer by an autoscaler, with no dip in between', async () => {
    await underLoad('autoscaler, to 4 and to 2', async () => {
      await run('By an autoscaler', 0, scaling);
      expect(await replicas()).to.equal(3);
      await upgrade({ autoscaling: { minReplicas: 4 } });
      await eventually('four wanted', async () => (await replicas()) === 4);
      await settled(4);
      await upgrade({ autoscaling: { minReplicas: 2, maxReplicas: 2 } });
      await eventually('two wanted', async () => (await replicas()) === 2);
      await settled(2);
    });
  });

  it('loses and doubles nothing when its Pods, and that of its Postgres, are killed', async () => {
    const { answers } = await underLoad('kill -9', async () => {
      for (const pod of [...(await podNames()), 'omneo-gateway-postgres-0']) {
        await world.runOf(namespace, pod).crash();
        const restarts = 'jsonpath={.status.containerStatuses[0].restartCount}';
        await eventually('it was started again', async () => {
          return (await world.kubectl('get', 'pod', pod, '-n', namespace, '-o', restarts)) === '1';
        });
        await world.kubectl('wait', '--for=condition=Ready', `pod/${pod}`, '-n', namespace, '--timeout=30s');
        await callers?.answered(10);
      }
    });
    // A broken connection is a 502 behind a proxy.
    expect(answers).to.have.any.keys('503', 'broken');
  });

  it('lets a node be drained, although its Postgres is there', async () => {
    await underLoad('kubectl drain', async () => {
      await world.kubectl('drain', 'node-a', '--timeout=100s');
      await settled(2);
    });
    const where = 'jsonpath={.items[*].spec.nodeName}';
    expect(await world.kubectl('get', 'pods', '-n', namespace, '-o', where)).to.equal('node-b node-b node-b');
    await world.kubectl('uncordon', 'node-a');
  });

  it('has an eviction refused that would leave too few Pods', async () => {
    const evict = async (pod = ''): Promise<void> => {
      const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod, namespace } };
      await world.api.post(`/api/v1/namespaces/${namespace}/pods/${pod}/eviction`, eviction);
    };
    await world.kubectl('cordon', 'node-a', 'node-b');
    const [first, second] = await podNames();
    await evict(first);
    const refused: unknown = await evict(second).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(ApiError).with.property('status', 429);
    await world.kubectl('uncordon', 'node-a', 'node-b');
    await settled(2);
  });

  it('does not touch the tenants of another release, nor that one its', async () => {
    const values = { ...hasty, updateStrategy: {}, watchNamespaces: ['others'], crds: { enabled: false } };
    await world.kubectl('create', 'namespace', 'others');
    const how = ['--namespace=second', '--create-namespace', '--wait', '--values=-'];
    await world.helm(['install', 'second', chartFolder, ...how], values);
    const baseURL = world.sandbox.baseURL('acme');
    await apply(world.cluster, tenantWithSecrets('bloom', { baseURL, namespace: 'others' }));
    await world.kubectl('wait', '--for=condition=Ready', 'otn/bloom', '-n', 'others', '--timeout=30s');
    const ask = async (port: number, tenant: string): Promise<number> => {
      const path = `${tenant}/api/v1/webhooks/klaviyo/rewards`;
      const headers = { 'content-type': 'application/json', 'x-omneo-secret': secretOf(tenant) };
      const answer = await fetch(`http://127.0.0.1:${port}/${path}`, { method: 'POST', headers, body: '{}' });
      return answer.status;
    };
    const [one, other] = [
      await world.reach(namespace, name, 80),
      await answering('second', 'second-omneo-gateway', 80),
    ];
    // 400: the secret was right and the payload was not; 401: there is no such tenant.
    expect([await ask(one, 'acme'), await ask(one, 'bloom')]).to.deep.equal([400, 401]);
    expect([await ask(other, 'acme'), await ask(other, 'bloom')]).to.deep.equal([401, 400]);
  });

  /** The release of the test before, which came without a word about its ledger. */
  const service = 'second-omneo-gateway';

  async function sendToSecond(): Promise<unknown> {
    const port = await answering('second', service, 80);
    const answer = await fetch(`http://127.0.0.1:${port}/bloom/api/v1/webhooks/klaviyo/rewards`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-omneo-secret': secretOf('bloom') },
      body: JSON.stringify({ id: 'kept', ...ada, data: { reward_definition_id: 42, amount: 10 } }),
    });
    return [answer.status, ((await answer.json()) as { status: unknown }).status];
  }

  it('remembers on a volume what was issued, over kill -9, as the chart comes', async () => {
    const phase = 'jsonpath={.items[*].status.phase}';
    expect(await world.kubectl('get', 'pvc', '-n', 'second', '-o', phase)).to.equal('Bound');
    expect(await sendToSecond()).to.deep.equal([200, 'created']);
    const pod = await world.kubectl(
      'get',
      'pods',
      '-n',
      'second',
      '-o',
      'jsonpath={.items[*].metadata.name}',
    );
    await world.runOf('second', pod).crash();
    const restarts = 'jsonpath={.status.containerStatuses[0].restartCount}';
    await eventually('it was started again', async () => {
      return (await world.kubectl('get', 'pod', pod, '-n', 'second', '-o', restarts)) === '1';
    });
    await world.kubectl('wait', '--for=condition=Ready', `pod/${pod}`, '-n', 'second', '--timeout=30s');
    expect(await sendToSecond()).to.deep.equal([200, 'duplicate']);
    // By its own memory: it did not have to ask Omneo.
    const admin = await answering('second', `${service}-admin`, 9090);
    const metrics = await (await fetch(`http://127.0.0.1:${admin}/metrics`)).text();
    expect(metrics).to.match(/^omneo_gateway_ledger_claims_total{result="issued"} 1$/m);
  });

  it('is moved from the volume to Postgres as the page says, and issues nothing twice', async () => {
    const secret = ['get', 'secret', 'omneo-gateway-postgres', '-n', namespace, '-o', 'jsonpath={.data.url}'];
    const url = Buffer.from(await world.kubectl(...secret), 'base64').toString();
    await world.kubectl('create', 'secret', 'generic', 'db', '-n', 'second', `--from-literal=url=${url}`);
    const values = { ledger: { type: 'postgres', postgres: { existingSecret: 'db' } }, replicas: 2 };
    const how = ['--namespace=second', '--reset-then-reuse-values', '--wait', '--values=-'];
    const move = ['upgrade', 'second', chartFolder, ...how];
    const refused: unknown = await world.helm(move, values).catch((error: unknown) => error);
    expect(String(refused)).to.contain('runs with ledger.type sqlite, and two ledgers at once could issue');
    // The wait is 4 s with the short times of this release.
    expect(String(refused)).to.contain('scale it to 0, wait 4 s, and upgrade to ledger.type postgres');
    await world.kubectl('scale', `deployment/${service}`, '-n', 'second', '--replicas=0');
    await eventually('no Pod', async () => {
      return (await world.kubectl('get', 'pods', '-n', 'second', '-o', 'name')) === '';
    });
    await sleep(4000);
    await world.helm([...move, '--force-conflicts'], values);
    await world.kubectl('rollout', 'status', `deployment/${service}`, '-n', 'second', '--timeout=60s');
    // The new ledger does not know the id, and Omneo does.
    expect(await sendToSecond()).to.deep.equal([200, 'duplicate']);
    const rewards = world.sandbox.rewards('acme').filter(({ external_id }) => external_id === 'kept');
    expect(rewards).to.have.length(1);
  });

  it('leaves the CRD, the tenants and Postgres behind when it is uninstalled', async () => {
    expect(await run('Uninstall', 0)).to.contain('kept due to the resource policy');
    await eventually('no Pod', async () => (await podNames()).length === 0, { timeoutMs: 40_000 });
    expect(await world.kubectl('get', 'otn', '-A', '-o', 'name'))
      .to.contain('/acme')
      .and.contain('/bloom');
    expect(await world.kubectl('get', 'pods', '-n', namespace, '-o', 'name')).to.contain('postgres');
  });

  it('leaves nothing behind when the rest is deleted', async () => {
    // A namespace waits for half the grace of whatever Pod it finds.
    await world.kubectl('delete', 'statefulset', '--all', '-n', namespace);
    await eventually('no Postgres', async () => {
      return (await world.kubectl('get', 'pods', '-n', namespace, '-o', 'name')) === '';
    });
    await run('Uninstall', 1);
    expect(await world.kubectl('get', 'crd', '-o', 'name')).to.equal('');
    const all = await world.kubectl('get', 'ns,clusterrole,clusterrolebinding', '-o', 'name');
    expect(
      all.split('\n').filter((each) => each.includes('omneo') && !each.includes('second')),
    ).to.deep.equal([]);
  });
});
