import { expect } from 'chai';
import { join } from 'node:path';
import { parse } from 'yaml';
import {
  at,
  chartFolder,
  ciValues,
  helm,
  type Manifest,
  manifestsOf,
  template,
  type Values,
} from './chart.ts';
import { startCluster, type Cluster } from './cluster.ts';
import { untilCrdServed } from './crdserved.ts';
import { needTools } from './needs.ts';
import { startProcess, type RunningProcess } from './process.ts';
import { eventually } from './time.ts';

const optional = [
  ['monitoring.coreos.com', 'ServiceMonitor'],
  ['monitoring.coreos.com', 'PodMonitor'],
  ['monitoring.coreos.com', 'PrometheusRule'],
  ['gateway.networking.k8s.io', 'HTTPRoute'],
  ['postgresql.cnpg.io', 'Cluster'],
] as const;

/** A CRD that takes whatever has its kind. */
function stub([group, kind]: readonly [string, string]) {
  const plural = `${kind.toLowerCase()}s`;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      annotations: { 'api-approved.kubernetes.io': 'unapproved, a stub of a test' },
    },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural, kind, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      ],
    },
  };
}

/** A tenant whose Omneo is never asked anything, and its Secrets. */
function tenant(slug: string, namespace: string): string {
  const secret = (name: string, stringData: Values) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    stringData,
  });
  const spec = {
    slug,
    omneo: { credentials: { token: { secretRef: { name: 'omneo' } } } },
    klaviyo: { secretRefs: [{ name: 'klaviyo' }] },
  };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: [
      secret('omneo', { token: 'a-token-of-nobody' }),
      secret('klaviyo', { 'webhook-secret': 'a-secret-of-16-characters' }),
      { apiVersion: 'omneo.io/v1alpha1', kind: 'OmneoTenant', metadata: { name: slug, namespace }, spec },
    ],
  });
}

describe('the chart on a real API server', () => {
  let cluster: Cluster;

  before(async function () {
    await needTools(this, 'helm', 'etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl');
    cluster = await startCluster({ controllers: true });
    for (const each of optional) await apply(JSON.stringify(stub(each)));
    for (const name of ['tenants-a', 'tenants-b', 'loyalty']) await kubectl('create', 'namespace', name);
    // The owner of the CRD; every other release leaves it out.
    await install('gw', 'loyalty', {});
    await untilCrdServed(kubectl);
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

  async function apply(input: string): Promise<void> {
    const { code, stderr } = await cluster.kubectl(['apply', '--server-side', '-f', '-'], { input });
    expect(code, stderr).to.equal(0);
  }

  async function onCluster(args: readonly string[], values: Values = {}): Promise<string> {
    const options = { values, home: cluster.folder, kubeconfig: cluster.adminKubeconfig };
    const { stdout, stderr, code } = await helm(args, options);
    expect(code, stderr).to.equal(0);
    return stdout;
  }

  function install(release: string, namespace: string, values: Values, ...more: string[]): Promise<string> {
    const where = [`--namespace=${namespace}`, '--create-namespace', '--no-hooks', '--values=-'];
    return onCluster(['install', release, chartFolder, ...where, ...more], values);
  }

  async function get(what: string, namespace: string): Promise<Manifest> {
    return JSON.parse(await kubectl('get', what, '--namespace', namespace, '--output=json')) as Manifest;
  }

  async function podsOf(namespace: string): Promise<readonly unknown[]> {
    return at(await get('pods', namespace), 'items') as unknown[];
  }

  it('is installed with every file in ci/, and uninstalled', async () => {
    for (const [name, text] of await ciValues()) {
      const namespace = `ci-${name}`;
      await install('gw', namespace, parse(text) as Values, '--set=crds.enabled=false');
      const status = JSON.parse(
        await onCluster(['status', 'gw', `--namespace=${namespace}`, '--output=json']),
      ) as unknown;
      expect(at(status, 'info.status'), name).to.equal('deployed');
      await onCluster(['uninstall', 'gw', `--namespace=${namespace}`, '--no-hooks']);
      expect(
        await kubectl('get', 'deployments,services', '--namespace', namespace, '--output=name'),
        name,
      ).to.equal('');
    }
  });

  it('has no field that the API server does not know, with every file in ci/', async () => {
    const apis = optional.map(([group, kind]) => `${group}/v1/${kind}`);
    for (const [name, text] of await ciValues()) {
      const rendering = { values: parse(text) as Values, apis, release: 'dry', namespace: 'loyalty' };
      const { stdout } = await template(rendering);
      expect(manifestsOf(stdout), name).to.have.length.above(3);
      const strict = ['--server-side', '--force-conflicts', '--dry-run=server', '--validate=strict'];
      const { code, stderr } = await cluster.kubectl(['apply', ...strict, '-f', '-'], { input: stdout });
      expect(code, `${name}: ${stderr}`).to.equal(0);
    }
  });

  it('is moved from the file to Postgres when no Pod runs any more, and rolled back', async () => {
    const deployment = (): Promise<Manifest> => get('deployment/gw-omneo-gateway', 'loyalty');
    const ledger = async (): Promise<unknown> =>
      at(await deployment(), 'spec.template.spec.containers.0.env.[name=LEDGER_URL].value');
    const file = 'sqlite:/var/lib/omneo-gateway/ledger.db';
    const where = ['--namespace=loyalty', '--no-hooks'];
    const values = { ledger: { type: 'postgres', postgres: { existingSecret: 'db' } }, replicas: 3 };
    const move = ['upgrade', 'gw', chartFolder, '--values=-', ...where];
    await eventually('a Pod', async () => at(await deployment(), 'status.replicas') === 1);
    const options = { values, home: cluster.folder, kubeconfig: cluster.adminKubeconfig };
    const refused = await helm(move, options);
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.contain(
      'The Deployment gw-omneo-gateway runs with ledger.type sqlite, and two ledgers at once could issue one ' +
        'webhook twice: scale it to 0, wait 155 s, and upgrade to ledger.type postgres with --force-conflicts',
    );
    expect(await ledger()).to.equal(file);

    await kubectl('scale', 'deployment/gw-omneo-gateway', '--replicas=0', '--namespace=loyalty');
    await eventually('no Pod', async () => at(await deployment(), 'status.replicas') === undefined);
    await onCluster([...move, '--force-conflicts'], values);
    expect(await ledger()).to.equal('$(POSTGRES_URL)');
    expect(at(await deployment(), 'spec.replicas')).to.equal(3);
    expect(await kubectl('get', 'pvc', '--namespace=loyalty', '--output=name')).to.equal('');

    await onCluster(['rollback', 'gw', '1', ...where]);
    expect(await ledger()).to.equal(file);
    const { spec } = await deployment();
    expect(at(spec, 'replicas')).to.equal(1);
    expect(at(spec, 'strategy')).to.deep.equal({ type: 'Recreate' });
    expect(await kubectl('get', 'pvc', '--namespace=loyalty', '--output=name')).to.contain('-ledger');
  });

  it('leaves the switch that suspends every tenant as it was put, unless a value says otherwise', async () => {
    const where = ['--namespace=switched', '--no-hooks', '--set=crds.enabled=false', '--values=-'];
    const upgrade = async (values: Values): Promise<unknown> => {
      await onCluster(['upgrade', 'gw', chartFolder, ...where], values);
      return at(await get('configmap/gw-omneo-gateway-suspend-all', 'switched'), 'data');
    };
    await install('gw', 'switched', {}, '--set=crds.enabled=false');
    expect(await upgrade({})).to.deep.equal({ 'suspend-all': 'false' });
    const patch = JSON.stringify({ data: { 'suspend-all': 'true' } });
    await kubectl('-n', 'switched', 'patch', 'configmap', 'gw-omneo-gateway-suspend-all', '-p', patch);
    expect(await upgrade({})).to.deep.equal({ 'suspend-all': 'true' });
    const options = { home: cluster.folder, kubeconfig: cluster.adminKubeconfig };
    const rolledBack = await helm(['rollback', 'gw', '1', '--namespace=switched', '--no-hooks'], options);
    expect(rolledBack.code, 'a rollback, which would say what it was').to.equal(1);
    expect(rolledBack.stderr).to.contain('conflict with "kubectl-patch" using v1: .data.suspend-all');
    expect(await upgrade({})).to.deep.equal({ 'suspend-all': 'true' });
    const forced = ['upgrade', 'gw', chartFolder, ...where, '--force-conflicts'];
    await onCluster(forced, { suspendAll: false });
    expect(await upgrade({})).to.deep.equal({ 'suspend-all': 'false' });
  });

  it('has examples of a Postgres that the API server takes, as far as it knows their kinds', async () => {
    await kubectl('create', 'namespace', 'examples');
    const strict = ['--server-side', '--dry-run=server', '--validate=strict', '--namespace=examples'];
    for (const name of ['postgres.yml', 'cloudnativepg.yml']) {
      const file = join(import.meta.dirname, '../../examples/cluster', name);
      const { code, stderr } = await cluster.kubectl(['apply', ...strict, '-f', file]);
      expect(code, `${name}: ${stderr}`).to.equal(0);
    }
  });

  describe('where the restricted Pod Security level is enforced', () => {
    before(async () => {
      await kubectl('create', 'namespace', 'restricted');
      await kubectl('label', 'namespace', 'restricted', 'pod-security.kubernetes.io/enforce=restricted');
    });

    it('has its Pod made by the Deployment', async () => {
      const values = { ledger: { type: 'postgres', postgres: { existingSecret: 'db' } }, replicas: 2 };
      await install('gw', 'restricted', values, '--set=crds.enabled=false');
      const pods = await eventually('two Pods', async () => {
        const found = await podsOf('restricted');
        return found.length === 2 && found;
      });
      expect(at(pods[0], 'spec.containers.0.env.[name=LEASE_NAME].value')).to.equal('gw-omneo-gateway');
    });

    it('has the Pod of helm test accepted', async () => {
      const { stdout } = await template({ namespace: 'restricted' });
      const pod = manifestsOf(stdout).find(({ kind }) => kind === 'Pod');
      const { code, stderr } = await cluster.kubectl(['create', '--dry-run=server', '-f', '-'], {
        input: JSON.stringify(pod),
      });
      expect(code, stderr).to.equal(0);
    });

    it('has a Pod that may gain privileges refused, so the level is really enforced', async () => {
      const values = { securityContext: { allowPrivilegeEscalation: true } };
      const { stdout } = await template({ namespace: 'restricted', values });
      const pod = manifestsOf(stdout).find(({ kind }) => kind === 'Pod');
      const { stderr } = await cluster.kubectl(['create', '--dry-run=server', '-f', '-'], {
        input: JSON.stringify(pod),
      });
      expect(stderr).to.contain('violates PodSecurity');
    });
  });

  describe('as two releases with different namespaces', () => {
    const gateways: RunningProcess[] = [];
    const releases = [
      { release: 'one', home: 'home-a', watched: 'tenants-a', slug: 'acme' },
      { release: 'two', home: 'home-b', watched: 'tenants-b', slug: 'bloom' },
    ] as const;

    /** The gateway with the variables of the Deployment and the rights of its ServiceAccount. */
    async function startFrom(release: string, namespace: string): Promise<RunningProcess> {
      const name = `${release}-omneo-gateway`;
      const deployment = await get(`deployment/${name}`, namespace);
      const variables = at(deployment, 'spec.template.spec.containers.0.env') as {
        name: string;
        value?: string;
      }[];
      const fixed = variables.flatMap((each) => (each.value === undefined ? [] : [[each.name, each.value]]));
      const serviceAccount = at(deployment, 'spec.template.spec.serviceAccountName') as string;
      return startProcess({
        command: process.execPath,
        args: [join(import.meta.dirname, '../../src/main.ts')],
        env: {
          ...(Object.fromEntries(fixed) as Record<string, string>),
          POD_NAME: `${name}-0`,
          POD_NAMESPACE: namespace,
          // No volume is mounted here.
          LEDGER_URL: 'memory:',
          SUSPEND_ALL_FILE: '',
          KUBECONFIG: await cluster.serviceAccountKubeconfig(namespace, serviceAccount),
          PORT: '0',
          ADMIN_PORT: '0',
          CONSOLE_PORT: '0',
        },
        ready: /"listening"/,
        log: join(cluster.folder, `${name}.log`),
      });
    }

    before(async () => {
      for (const { release, home, watched, slug } of releases) {
        await install(release, home, { watchNamespaces: [watched] }, '--set=crds.enabled=false');
        await apply(tenant(slug, watched));
        gateways.push(await startFrom(release, home));
      }
    });

    after(async () => {
      for (const gateway of gateways) await gateway.stop();
    });

    async function metrics(gateway: RunningProcess | undefined): Promise<string> {
      const line = await gateway?.record(({ msg }) => msg === 'listening');
      const response = await fetch(`http://127.0.0.1:${String(line?.['admin_port'])}/metrics`);
      return response.text();
    }

    it('serves the tenants of its own namespaces, and writes their status', async () => {
      for (const { watched, slug } of releases) {
        await kubectl('wait', '--for=condition=Ready', `omneotenant/${slug}`, '-n', watched, '--timeout=30s');
      }
    });

    it('does not know the tenants of the other', async () => {
      const texts = await Promise.all(gateways.map(metrics));
      const known = texts.map((text) =>
        [...text.matchAll(/^omneo_gateway_tenant_ready\{tenant="(\w+)"\}/gm)].map(([, slug]) => slug),
      );
      expect(known).to.deep.equal([['acme'], ['bloom']]);
    });

    it('has a Lease of its own', async () => {
      for (const { release, home } of releases) {
        const lease = await eventually(`the Lease of ${release}`, () =>
          get(`lease/${release}-omneo-gateway`, home),
        );
        expect(at(lease, 'spec.holderIdentity')).to.be.a('string');
      }
    });

    it('needs no right that the chart does not give', async () => {
      const own = releases.map(
        ({ release, home }) => `system:serviceaccount:${home}:${release}-omneo-gateway`,
      );
      const asked = (await cluster.auditEvents()).filter(({ user }) => own.includes(user.username));
      expect(asked).to.have.length.above(10);
      const refused = asked.filter(({ responseStatus }) => responseStatus?.code === 403);
      expect(refused.map(({ verb, objectRef }) => [verb, objectRef?.resource])).to.deep.equal([]);
    });

    it('has no right to what is not its own', async () => {
      const can = async (verb: string, resource: string, namespace: string): Promise<string> => {
        const as = '--as=system:serviceaccount:home-a:one-omneo-gateway';
        const { stdout } = await cluster.kubectl([
          'auth',
          'can-i',
          verb,
          resource,
          as,
          `--namespace=${namespace}`,
        ]);
        return stdout.trim();
      };
      expect(await can('list', 'secrets', 'tenants-a')).to.equal('yes');
      expect(await can('list', 'secrets', 'tenants-b')).to.equal('no');
      expect(await can('list', 'secrets', 'home-a')).to.equal('no');
      expect(await can('update', 'secrets', 'tenants-a')).to.equal('no');
      expect(await can('patch', 'omneotenants', 'tenants-a')).to.equal('no');
      expect(await can('create', 'pods', 'home-a')).to.equal('no');
    });

    it('lets those with view see tenants, and those with edit change them', async () => {
      const can = async (verb: string, user: string): Promise<string> => {
        const { stdout } = await cluster.kubectl([
          'auth',
          'can-i',
          verb,
          'omneotenants',
          `--as=${user}`,
          '-n',
          'tenants-a',
        ]);
        return stdout.trim();
      };
      for (const role of ['view', 'edit']) {
        await kubectl(
          'create',
          'rolebinding',
          role,
          `--clusterrole=${role}`,
          `--user=${role}er`,
          '-n',
          'tenants-a',
        );
      }
      await eventually('the roles are aggregated', async () => (await can('list', 'viewer')) === 'yes');
      expect(await can('create', 'viewer')).to.equal('no');
      expect(await can('create', 'editer')).to.equal('yes');
    });

    it('leaves its tenants and the CRD behind when it is uninstalled', async () => {
      await onCluster(['uninstall', 'one', '--namespace=home-a', '--no-hooks']);
      await onCluster(['uninstall', 'gw', '--namespace=loyalty', '--no-hooks']);
      expect(await kubectl('get', 'omneotenants', '-n', 'tenants-a', '-o', 'name')).to.contain('/acme');
      await install('gw', 'loyalty', {});
      expect(await kubectl('get', 'omneotenants', '-n', 'tenants-a', '-o', 'name')).to.contain('/acme');
    });
  });
});
