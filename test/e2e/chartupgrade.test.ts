import { expect } from 'chai';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { at, chartFolder, helm, type Manifest, manifestsOf, type Values } from './chart.ts';
import { startCluster, type Cluster } from './cluster.ts';
import { untilCrdServed } from './crdserved.ts';
import { root } from './docscommands.ts';
import { needTools } from './needs.ts';
import type { Outcome } from './run.ts';

const tenant = {
  apiVersion: 'omneo.io/v1alpha1',
  kind: 'OmneoTenant',
  metadata: { name: 'acme' },
  spec: {
    omneo: { credentials: { token: { secretRef: { name: 'omneo' } } } },
    klaviyo: { secretRefs: [{ name: 'klaviyo' }] },
  },
};

describe('what an install and an upgrade change, on a real API server', () => {
  let cluster: Cluster;

  before(async function () {
    await needTools(this, 'helm', 'etcd', 'kube-apiserver', 'kubectl');
    cluster = await startCluster();
  });

  after(async () => {
    // Undefined if the suite was skipped.
    await (cluster as Cluster | undefined)?.stop();
  });

  async function kubectl(...args: string[]): Promise<string> {
    const { stdout, stderr, code } = await cluster.kubectl(args);
    expect(code, stderr).to.equal(0);
    return stdout;
  }

  function change(
    verb: 'install' | 'upgrade',
    namespace: string,
    values: Values,
    chart = chartFolder,
  ): Promise<Outcome> {
    const where = [`--namespace=${namespace}`, '--no-hooks', '--values=-'];
    const args = [verb, 'gw', chart, ...where, ...(verb === 'install' ? ['--create-namespace'] : [])];
    return helm(args, { values, home: cluster.folder, kubeconfig: cluster.adminKubeconfig });
  }

  async function succeed(...args: Parameters<typeof change>): Promise<void> {
    const { code, stderr } = await change(...args);
    expect(code, stderr).to.equal(0);
  }

  async function get(what: string, namespace: string): Promise<Manifest> {
    return JSON.parse(await kubectl('get', what, `--namespace=${namespace}`, '--output=json')) as Manifest;
  }

  describe('of a tenant in extraObjects', () => {
    for (const [form, extra] of [
      ['a map', tenant],
      ['a text', JSON.stringify(tenant)],
    ] as const) {
      it(`is refused while the cluster does not know the kind, with what to do, as ${form}`, async () => {
        const { code, stderr } = await change('install', 'loyalty', { extraObjects: [extra] });
        expect(code).to.equal(1);
        expect(stderr).to.contain('install without it and add it by an upgrade, or apply crds/');
        expect(await kubectl('get', 'crd', '--output=name')).to.equal('');
      });
    }

    it('is made by an upgrade', async () => {
      await succeed('install', 'loyalty', {});
      await untilCrdServed(kubectl);
      await succeed('upgrade', 'loyalty', { extraObjects: [tenant] });
      expect(await kubectl('get', 'otn', '--namespace=loyalty', '--output=name')).to.contain('/acme');
    });

    it('is made by the install, if the CRD was applied first', async () => {
      const { code, stderr } = await helm(['uninstall', 'gw', '--namespace=loyalty', '--no-hooks'], {
        home: cluster.folder,
        kubeconfig: cluster.adminKubeconfig,
      });
      expect(code, stderr).to.equal(0);
      await kubectl('delete', 'crd', 'omneotenants.omneo.io');
      await kubectl('apply', '--server-side', '-f', join(root, 'crds/omneotenants.omneo.io.yaml'));
      await untilCrdServed(kubectl);
      await succeed('install', 'first', { crds: { enabled: false }, extraObjects: [tenant] });
      expect(await kubectl('get', 'otn', '--namespace=first', '--output=name')).to.contain('/acme');
    });
  });

  describe('of the ledger', () => {
    const values = { crds: { enabled: false } };
    const postgres = { ...values, ledger: { type: 'postgres', postgres: { existingSecret: 'db' } } };
    const memory = { ...values, ledger: { type: 'memory' } };

    /** Nobody makes Pods here. */
    const run = (namespace: string, replicas: number): Promise<string> =>
      kubectl(
        ...['patch', 'deployment/gw-omneo-gateway', `--namespace=${namespace}`, '--subresource=status'],
        ...['--type=merge', `--patch=${JSON.stringify({ status: { replicas } })}`],
      );

    async function ledger(namespace: string): Promise<unknown> {
      const deployment = await get('deployment/gw-omneo-gateway', namespace);
      return at(deployment, 'spec.template.spec.containers.0.env.[name=LEDGER_URL].value');
    }

    /** A chart of before, whose LEDGER_URL came from the Secret of a Redis. */
    async function olderChart(): Promise<string> {
      const chart = join(cluster.folder, 'omneo-gateway');
      await cp(chartFolder, chart, { recursive: true });
      const file = join(chart, 'templates/_env.tpl');
      const secret = 'valueFrom: { secretKeyRef: { name: redis, key: url } }';
      const text = await readFile(file, 'utf8');
      await writeFile(
        file,
        text.replace(/^.*"omneo-gateway\.ledgerEnv".*$/m, `- { name: LEDGER_URL, ${secret} }`),
      );
      return chart;
    }

    it('is refused for a release with Redis whose Pods run, with what to do first', async () => {
      await succeed('install', 'redis', memory, await olderChart());
      await run('redis', 3);
      const { code, stderr } = await change('upgrade', 'redis', postgres);
      expect(code).to.equal(1);
      expect(stderr).to.contain(
        'The Deployment gw-omneo-gateway runs with ledger.type redis, and two ledgers at once could issue one ' +
          'webhook twice: scale it to 0, wait 155 s, and upgrade to ledger.type postgres with --force-conflicts, ' +
          'as docs/operating.md says in "Moving to another ledger".',
      );
    });

    it('is done for it when no Pod runs any more', async () => {
      await run('redis', 0);
      await succeed('upgrade', 'redis', postgres);
      expect(await ledger('redis')).to.equal('$(POSTGRES_URL)');
    });

    it('is nothing that a change of other values is refused for', async () => {
      await run('redis', 3);
      await succeed('upgrade', 'redis', { ...postgres, replicas: 3 });
    });

    it('is done from memory to a file at any time, since that is one restart more', async () => {
      await succeed('install', 'memory', memory);
      await run('memory', 1);
      await succeed('upgrade', 'memory', values);
      expect(await ledger('memory')).to.equal('sqlite:/var/lib/omneo-gateway/ledger.db');
    });
  });

  describe('of the key that seals webhooks', () => {
    const values = { crds: { enabled: false } };
    const name = 'gw-omneo-gateway-ledger-key';
    let made: unknown;

    const keys = async (): Promise<unknown> => at(await get(`secret/${name}`, 'sealed'), 'data.keys');
    const mounted = async (): Promise<unknown> => {
      const volumes = at(await get('deployment/gw-omneo-gateway', 'sealed'), 'spec.template.spec.volumes');
      return at(volumes, '[name=ledger-key].secret.secretName');
    };

    async function succeedWith(...args: readonly string[]): Promise<string> {
      const where = ['--namespace=sealed', '--no-hooks'];
      const options = { home: cluster.folder, kubeconfig: cluster.adminKubeconfig };
      const { code, stdout, stderr } = await helm([...args, ...where], options);
      expect(code, stderr).to.equal(0);
      return stdout;
    }

    it('is nothing after the first install', async () => {
      await succeed('install', 'sealed', values);
      made = await keys();
      expect(made).to.be.a('string').with.length(60);
      expect(await mounted()).to.equal(name);
      await succeed('upgrade', 'sealed', { ...values, commonLabels: { team: 'x' } });
      expect(await keys()).to.equal(made);
      await succeedWith('rollback', 'gw', '1');
      expect(await keys()).to.equal(made);
    });

    it('is nothing by a render that made another one', async () => {
      const { stdout } = await helm(['template', 'gw', chartFolder, '--namespace=sealed', '--values=-'], {
        values,
      });
      const secret = manifestsOf(stdout).find(({ kind }) => kind === 'Secret');
      const args = ['apply', '--server-side', '--force-conflicts', '-f', '-'];
      const { code, stderr } = await cluster.kubectl(args, { input: JSON.stringify(secret) });
      expect(code).not.to.equal(0);
      expect(stderr).to.contain('immutable');
      expect(await keys()).to.equal(made);
    });

    it('is another Secret, if that is given, and the first one stays; back by a rollback', async () => {
      await succeed('upgrade', 'sealed', { ...values, ledger: { keySecret: { name: 'own' } } });
      expect(await mounted()).to.equal('own');
      expect(await keys()).to.equal(made);
      await succeedWith('rollback', 'gw');
      expect(await mounted()).to.equal(name);
      expect(await keys()).to.equal(made);
    });

    it('is nothing after an uninstall and an install', async () => {
      expect(await succeedWith('uninstall', 'gw')).to.contain(name);
      expect(await keys()).to.equal(made);
      await succeed('install', 'sealed', values);
      expect(await keys()).to.equal(made);
    });
  });

  describe('of the names', () => {
    const values = { crds: { enabled: false } };

    it('is nothing that finds Pods, when nameOverride changes', async () => {
      await succeed('install', 'renamed', values);
      const selectors = async (): Promise<unknown> => [
        at(await get('deployment/gw-omneo-gateway', 'renamed'), 'spec.selector.matchLabels'),
        at(await get('service/gw-omneo-gateway', 'renamed'), 'spec.selector'),
      ];
      const before = await selectors();
      await succeed('upgrade', 'renamed', { ...values, nameOverride: 'rewards' });
      expect(await selectors()).to.deep.equal(before);
    });

    it('is the Deployment itself, when fullnameOverride changes', async () => {
      await succeed('upgrade', 'renamed', { ...values, fullnameOverride: 'rewards' });
      const left = await kubectl('get', 'deployment,service', '--namespace=renamed', '--output=name');
      expect(left.trim().split('\n')).to.have.members([
        'deployment.apps/rewards',
        'service/rewards',
        'service/rewards-admin',
        'service/rewards-console',
      ]);
    });

    it('is nothing at all where a Deployment finds its Pods by other labels, as said in one sentence', async () => {
      await kubectl('create', 'namespace', 'taken');
      await kubectl('create', 'deployment', 'gw-omneo-gateway', '--image=other', '--namespace=taken');
      const { code, stderr } = await change('install', 'taken', values);
      expect(code).to.equal(1);
      expect(stderr).to.contain(
        'The Deployment gw-omneo-gateway is there already and finds its Pods by {"app":',
      );
      expect(stderr).to.contain('set another fullnameOverride, or delete the Deployment first');
      expect(await kubectl('get', 'services', '--namespace=taken', '--output=name')).to.equal('');
    });
  });
});
