import { expect } from 'chai';
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { readKeys } from '../../src/ledger/seal/keys.ts';
import { desiredStatus, type Facts } from '../../src/sources/kubernetes/status/conditions.ts';
import { homeRules, reviewRules, watchRules } from '../../src/sources/kubernetes/api/rules.ts';
import { rotation, transitions } from '../../src/sources/kubernetes/status/transitions.ts';
import { bare, commandsOf, rowsOf } from '../support/markdown.ts';
import { readText } from '../support/pages.ts';
import { at } from './chart.ts';
import { startCluster, type Cluster } from './cluster.ts';
import { openShell, root, type Shell } from './docscommands.ts';
import { needTools } from './needs.ts';
import { startWorld, type World } from './node/world.ts';
import { permissions } from './rbacscene.ts';
import { eventually } from './time.ts';

describe('the page on tenants in Kubernetes', () => {
  let cluster: Cluster;
  let shell: Shell;
  let blocks: Map<string, string[]>;

  before(async function () {
    await needTools(this, 'etcd', 'kube-apiserver', 'kubectl');
    cluster = await startCluster();
    shell = await openShell(cluster.folder, cluster.adminKubeconfig);
    blocks = commandsOf(await readText('docs/kubernetes.md'));
  });

  after(async () => {
    await (shell as Shell | undefined)?.stop();
    await (cluster as Cluster | undefined)?.stop();
  });

  async function runAll(section: string): Promise<string[]> {
    const said: string[] = [];
    for (const commands of blocks.get(section) ?? []) said.push(await shell.run(commands));
    return said;
  }

  it('leads from nothing to the first reward', async () => {
    const before = await readdir(shell.clone);
    const said = await runAll('From nothing to the first reward');
    expect(await readdir(shell.clone), 'a token in the checkout').to.deep.equal(before);
    expect(said).to.have.length(6);
    expect(said[4]).to.match(/^acme +acme +True +Ready +\/acme\/api\/v1\/webhooks\/klaviyo\/rewards /m);
    expect(said[5]).to.contain('200 OK').and.contain('"status":"created"');
  });

  it("has a health check that Argo CD's ConfigMap takes", async () => {
    const file = join(root, 'examples/cluster/argocd.yml');
    const [, command = ''] =
      /^#   kubectl (-n argocd patch .*) --patch-file argocd\.yml$/m.exec(
        await readText('examples/cluster/argocd.yml'),
      ) ?? [];
    for (const args of [
      ['create', 'namespace', 'argocd'],
      ['-n', 'argocd', 'create', 'configmap', 'argocd-cm'],
      [...command.split(' '), '--patch-file', file],
    ]) {
      const { code, stderr } = await cluster.kubectl(args);
      expect(code, stderr).to.equal(0);
    }
    const { stdout } = await cluster.kubectl(['-n', 'argocd', 'get', 'cm', 'argocd-cm', '-o', 'json']);
    expect(at(JSON.parse(stdout), 'data')).to.have.property(
      'resource.customizations.health.omneo.io_OmneoTenant',
    );
  });

  it('lets the gateway read the Secrets of its own namespace only', async () => {
    const mayList = async (namespace: string): Promise<string> => {
      const as = '--as=system:serviceaccount:omneo-tryout:omneo-tryout';
      return (await cluster.kubectl(['auth', 'can-i', 'list', 'secrets', as, '-n', namespace])).stdout.trim();
    };
    expect(await mayList('omneo-tryout')).to.equal('yes');
    expect(await mayList('default')).to.equal('no');
  });

  it('rotates both Secrets', async () => {
    const said = await runAll('Rotating a secret without losing a webhook');
    expect(said).to.have.length(4);
    expect(said[1]).to.contain('200 OK').and.contain('"status":"created"');
    expect(said[1]).to.contain('secret="acme-klaviyo/webhook-secret"} 1');
    expect(said[1]).to.contain('secret="acme-klaviyo/next"} 1');
  });

  it('suspends', async () => {
    expect(await runAll('Suspending a tenant')).to.have.length(1);
  });

  it('shows conditions and Events', async () => {
    const [said] = await runAll('Reading conditions');
    expect(said).to.match(/^NAMESPACE +NAME +SLUG +READY +REASON +WAITING +PARKED +AGE$/m);
    expect(said).to.contain('Observed Generation:').and.contain('Webhooks are served at');
    expect(said).to.match(/Normal +Ready +OmneoTenant\/acme/);
  });
});

describe('the page on tenants in Kubernetes, and then that on the install', () => {
  let world: World;
  let shell: Shell;
  let tryout: Map<string, string[]>;
  let install: Map<string, string[]>;

  before(async function () {
    await needTools(
      this,
      ...(['helm', 'etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl', 'postgres'] as const),
    );
    world = await startWorld('node-a');
    shell = await openShell(world.cluster.folder, world.cluster.adminKubeconfig, ['kubectl', 'helm']);
    tryout = commandsOf(await readText('docs/kubernetes.md'));
    install = commandsOf(await readText('docs/install.md'));
  });

  after(async () => {
    await (shell as Shell | undefined)?.stop();
    await (world as World | undefined)?.stop();
  });

  async function runAll(blocks: readonly string[] = []): Promise<string[]> {
    const said: string[] = [];
    for (const commands of blocks) said.push(await shell.run(commands));
    return said;
  }

  it('leaves nothing of the try-out behind', async () => {
    const kinds = 'namespaces,clusterroles,clusterrolebindings,crds';
    const before = await world.kubectl('get', kinds, '-o', 'name');
    await runAll(tryout.get('From nothing to the first reward'));
    await shell.stop();
    const kubeconfig = join(world.cluster.folder, '.kube/omneo-tryout');
    await access(kubeconfig);
    expect(await runAll(tryout.get('Clearing the try-out away'))).to.have.length(2);
    expect(await world.kubectl('get', kinds, '-o', 'name')).to.equal(before);
    const missing: unknown = await access(kubeconfig).catch((error: unknown) => error);
    expect(missing).to.have.property('code', 'ENOENT');
  });

  it('installs the chart after it', async () => {
    const [installed, tested] = await runAll(install.get('Install'));
    expect(installed).to.contain('STATUS: deployed');
    expect(tested).to.contain('Succeeded');
  });

  it('suspends every tenant, and ends it, without another Pod', async () => {
    const commands = commandsOf(await readText('docs/guardrails.md')).get('Stopping everything') ?? [];
    expect(commands).to.have.length(2);
    const [suspend = '', resume = ''] = commands;
    const pods = () => world.kubectl('get', 'pods', '-n', 'omneo-gateway', '-o', 'name');
    const before = await pods();
    const port = await world.reach('omneo-gateway', 'omneo-gateway-admin', 9090);
    /** Each new connection leads to the next replica. */
    const ask = async (): Promise<string> => {
      const headers = { connection: 'close' };
      return (await fetch(`http://127.0.0.1:${port}/metrics`, { headers })).text();
    };
    const allSay = (value: number) => async (): Promise<boolean> => {
      const said = [await ask(), await ask(), await ask()];
      return said.every((text) => text.includes(`\nomneo_gateway_suspended_all ${value}\n`));
    };
    await eventually('replicas that serve', allSay(0));
    await shell.run(suspend);
    await eventually('replicas that suspend every tenant', allSay(1));
    await shell.run(resume);
    await eventually('replicas that serve again', allSay(0));
    expect(await pods()).to.equal(before);
  });

  it('rotates the keys that seal webhooks', async () => {
    const keysIn = async (name: string): Promise<string[]> => {
      const secret = ['get', 'secret', name, '-n', 'omneo-gateway', '-o', 'jsonpath={.data.keys}'];
      const text = Buffer.from(await world.kubectl(...secret), 'base64').toString();
      return readKeys(text, name).map(({ id }) => id.toString('hex'));
    };
    const blocks =
      commandsOf(await readText('docs/operating.md')).get('Rotating the keys in a cluster') ?? [];
    const [takeOver = '', ...steps] = blocks;
    const [old] = await keysIn('omneo-gateway-ledger-key');
    expect(await shell.run(takeOver)).to.contain('STATUS: deployed');
    const seen = [await keysIn('omneo-gateway-keys')];
    for (const step of steps) {
      await shell.run(step);
      seen.push(await keysIn('omneo-gateway-keys'));
    }
    const made = seen.at(-1)?.[0];
    expect(made).not.to.equal(old);
    expect(seen).to.deep.equal([[old], [old, made], [made, old], [made]]);
    expect(await keysIn('omneo-gateway-ledger-key')).to.deep.equal([old]);
  });

  it('does not take the CRD of a release away', async () => {
    const [, crd = ''] = tryout.get('Clearing the try-out away') ?? [];
    await shell.run(crd);
    expect(await world.kubectl('get', 'crds', '-o', 'name')).to.contain('omneotenants.omneo.io');
  });
});

describe('the tables on the operator', () => {
  it('have every condition and reason, and none that does not exist', async () => {
    const table = rowsOf(await readText('docs/kubernetes.md'), 'condition', 'status', 'reason');
    const documented = table.map((cells) => cells.slice(0, 3).map(bare).join(' '));
    const real = new Set((await everyFact()).flatMap(conditionsOf));
    expect(documented).to.have.members([...real]);
  });

  it('have every Event, and none that does not exist', async () => {
    const table = rowsOf(await readText('docs/operator.md'), 'type', 'action', 'reason');
    const documented = table.flatMap(([type, action, reasons]) =>
      bare(reasons)
        .split(', ')
        .map((reason) => `${bare(type)} ${bare(action)} ${reason}`),
    );
    const facts = await everyFact();
    const states = [[], ...facts.map((fact) => desiredStatus(fact, undefined, 0).conditions)];
    // From every state to every other: some are told only when something was amiss before.
    const told = states.flatMap((before) => states.flatMap((after) => transitions(before, after)));
    const real = [...told, rotation(['s'])].map(({ type, action, reason }) => `${type} ${action} ${reason}`);
    expect(documented).to.have.members([...new Set(real)]);
  });

  it('have every permission, and none that is not in the rules', async () => {
    const table = rowsOf(await readText('docs/operator.md'), 'resource', 'verb');
    const documented = table.map(([resource, verb]) => `${bare(verb)} ${bare(resource)}`);
    expect(documented).to.have.members(permissions.map(({ verb, resource }) => `${verb} ${resource}`));
  });

  it('rest on the rules that examples/cluster/rbac.yml grants', async () => {
    const objects = parseAllDocuments(await readText('examples/cluster/rbac.yml')).map(
      (document) => document.toJS() as { kind: string; rules?: unknown },
    );
    const rulesOf = (kind: string) =>
      objects.filter((object) => object.kind === kind).map(({ rules }) => rules);
    expect(rulesOf('ClusterRole')).to.deep.equal([watchRules, reviewRules]);
    expect(rulesOf('Role')).to.deep.equal([homeRules()]);
  });

  it('rest on the same rules in examples/cluster/tryout.yml, all of them in one namespace', async () => {
    const objects = parseAllDocuments(await readText('examples/cluster/tryout.yml')).map(
      (document) => document.toJS() as { kind: string; metadata: { namespace: string }; rules?: unknown },
    );
    expect(objects.map(({ kind }) => kind)).to.deep.equal(['ServiceAccount', 'Role', 'RoleBinding']);
    for (const { metadata } of objects) expect(metadata.namespace).to.equal('omneo-tryout');
    expect(objects[1]?.rules).to.deep.equal([...watchRules, ...homeRules()]);
  });

  it('name values that the chart has', async () => {
    const table = rowsOf(await readText('docs/install.md'), 'value', 'when');
    const values: unknown = parse(await readText('charts/omneo-gateway/values.yaml'));
    const named = table.flatMap(([cell]) => bare(cell).split(', '));
    expect(named).to.have.length.above(9);
    expect(named.filter((path) => at(values, path) === undefined)).to.deep.equal([]);
  });

  function conditionsOf(facts: Facts): string[] {
    const { conditions } = desiredStatus(facts, undefined, 0);
    const own = conditions.filter(({ type }) => type !== 'Stalled');
    return own.map(({ type, status, reason }) => `${type} ${status} ${reason}`);
  }

  /** Every refusal that src/tenants/tenant.ts has a word for, and what is no refusal. */
  async function everyFact(): Promise<Facts[]> {
    const text = await readText('src/tenants/tenant.ts');
    const [, words = ''] = /reason: ((?:'\w+'(?: \| )?)+)/.exec(text) ?? [];
    const reasons = words.match(/\w+/g) ?? [];
    expect(reasons).to.include('SecretNotFound');
    const fact = (resolution: unknown, more: Partial<Facts> = {}): Facts => ({
      registration: { key: 'a/b', slug: 'b', createdAt: 0, resolution } as Facts['registration'],
      generation: 1,
      holder: 'a/b',
      refusedSecret: undefined,
      ...more,
    });
    const conditionOf: Record<string, string> = { Invalid: 'Accepted', Suspended: 'Ready' };
    const refusals = reasons.map((reason) => {
      const condition = conditionOf[reason] ?? 'ResolvedRefs';
      return fact({ webhookSecrets: [], refusal: { condition, reason, message: '' } });
    });
    const served = { webhookSecrets: [], tenant: {} };
    const budgets = [[], ['perDay.rewards'] as const].map((spent) =>
      fact(served, { budget: { day: '2026-11-27', spent } }),
    );
    const unserved = [fact(served, { holder: 'c/d' }), fact(served, { refusedSecret: 's' })];
    return [...refusals, fact(served), ...unserved, ...budgets];
  }
});
