import { expect } from 'chai';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { settings } from '../../src/config/config.ts';
import { readKeys } from '../../src/ledger/seal/keys.ts';
import { homeRules, watchRules } from '../../src/sources/kubernetes/api/rules.ts';
import {
  at,
  chartFolder,
  ciValues,
  helm,
  type Manifest,
  manifestsOf,
  render,
  type Rendering,
  template,
  type Values,
} from './chart.ts';
import { temporaryFolder, type TemporaryFolder } from './folder.ts';
import { needTools } from './needs.ts';

const postgres = { ledger: { type: 'postgres', postgres: { existingSecret: 'db' } } };
const memory = { ledger: { type: 'memory' } };
/** Keys of one's own, so that every render is the same. */
const keyed = { ledger: { keySecret: { name: 'keys', key: 'sealing' } } };
const claimed = { ledger: { sqlite: { existingClaim: 'own' } } };
/** A Postgres whose login is all in files. */
const files = {
  ledger: {
    type: 'postgres',
    postgres: {
      existingSecret: 'db',
      key: 'uri',
      sslMode: 'verify-ca',
      ca: { existingSecret: 'db-ca' },
      clientCertificate: { existingSecret: 'db-client' },
      passfile: { existingSecret: 'db-password' },
    },
  },
};
const folder = { tenantsFolder: { existingSecret: 'tenants' } };
const remote = { kubeconfig: { existingSecret: 'other' } };
/** The switch that suspends every tenant, which every Pod has. */
const suspendMount = {
  name: 'suspend-all',
  mountPath: '/etc/omneo-gateway/suspend-all',
  readOnly: true,
};
const suspendVolume = { name: 'suspend-all', configMap: { name: 'gw-omneo-gateway-suspend-all' } };
const scaled = { ...postgres, autoscaling: { enabled: true } };
const monitoring = ['ServiceMonitor', 'PodMonitor', 'PrometheusRule'].map(
  (kind) => `monitoring.coreos.com/v1/${kind}`,
);
const gatewayAPI = 'gateway.networking.k8s.io/v1/HTTPRoute';
const selector = {
  'app.kubernetes.io/name': 'omneo-gateway',
  'app.kubernetes.io/instance': 'gw',
  'app.kubernetes.io/component': 'gateway',
};

/** One render per set of values, however many cases look at it. */
const rendered = new Map<string, Promise<readonly Manifest[]>>();
function once(rendering: Rendering): Promise<readonly Manifest[]> {
  const key = JSON.stringify(rendering);
  const known = rendered.get(key) ?? render(rendering);
  rendered.set(key, known);
  return known;
}

/** Found by kind, and by name where there are several. */
async function find(rendering: Rendering, what: string): Promise<Manifest | undefined> {
  const [kind, name] = what.split('/');
  return (await once(rendering)).find(
    (manifest) => manifest.kind === kind && (name === undefined || manifest.metadata.name === name),
  );
}

type Case = readonly [that: string, values: Values, what: string, path: string, expected: unknown];

/** Each case: with these values, what lies at this path of this object. */
function cases(list: readonly Case[]): void {
  for (const [that, values, what, path, expected] of list) {
    it(that, async () => {
      expect(at(await find({ values, apis: [...monitoring, gatewayAPI] }, what), path)).to.deep.equal(
        expected,
      );
    });
  }
}

const pod = 'spec.template.spec';
const container = `${pod}.containers.0`;
const env = `${container}.env`;

describe('the rendered chart', () => {
  before(async function () {
    await needTools(this, 'helm');
  });

  describe('as it comes', () => {
    it('passes helm lint --strict, with every file in ci/ too', async () => {
      for (const [name, text] of await ciValues()) {
        const { code, stdout, stderr } = await helm([
          'lint',
          '--strict',
          chartFolder,
          `--values=${ciFile(name)}`,
        ]);
        expect(code, `${name}: ${text}${stdout}${stderr}`).to.equal(0);
      }
    });

    it('has these objects and no others', async () => {
      const kinds = (await once({})).map(({ kind, metadata }) => `${kind}/${metadata.name}`);
      expect(kinds).to.have.members([
        'ServiceAccount/gw-omneo-gateway',
        'ConfigMap/gw-omneo-gateway-suspend-all',
        'CustomResourceDefinition/omneotenants.omneo.io',
        'ClusterRole/gw-omneo-gateway:loyalty',
        'ClusterRole/gw-omneo-gateway:loyalty:view',
        'ClusterRole/gw-omneo-gateway:loyalty:edit',
        'ClusterRoleBinding/gw-omneo-gateway:loyalty',
        'Role/gw-omneo-gateway-lease',
        'RoleBinding/gw-omneo-gateway-lease',
        'Service/gw-omneo-gateway',
        'Service/gw-omneo-gateway-admin',
        'Service/gw-omneo-gateway-console',
        'ClusterRole/gw-omneo-gateway:loyalty:reviews',
        'ClusterRoleBinding/gw-omneo-gateway:loyalty:reviews',
        'ClusterRole/gw-omneo-gateway:loyalty:deliveries-viewer',
        'ClusterRole/gw-omneo-gateway:loyalty:deliveries-operator',
        'ClusterRoleBinding/gw-omneo-gateway:loyalty:cli',
        'Deployment/gw-omneo-gateway',
        'PersistentVolumeClaim/gw-omneo-gateway-ledger',
        'Secret/gw-omneo-gateway-ledger-key',
        'PodDisruptionBudget/gw-omneo-gateway',
        'Pod/gw-omneo-gateway-test',
      ]);
    });

    it('has every namespaced object in the namespace of the release', async () => {
      const elsewhere = (await once({})).filter(
        ({ kind, metadata }) => !/^(Cluster|CustomResource)/.test(kind) && metadata.namespace !== 'loyalty',
      );
      expect(elsewhere).to.deep.equal([]);
    });

    it('has the labels that tools look for on every object', async () => {
      for (const { kind, metadata } of await once({})) {
        expect(metadata['labels'], kind).to.include({
          'app.kubernetes.io/name': 'omneo-gateway',
          'app.kubernetes.io/instance': 'gw',
          'app.kubernetes.io/managed-by': 'Helm',
          'app.kubernetes.io/part-of': 'omneo-gateway',
        });
      }
    });

    it('has nothing that ends when it is applied without Helm, with --skip-tests or tests.enabled off', async () => {
      const options = ['template', 'gw', chartFolder, '--namespace=loyalty', '--values=-'];
      const { stdout } = await helm([...options, '--skip-tests'], { values: keyed });
      const withoutTests = manifestsOf(stdout);
      expect(withoutTests.map(({ kind }) => kind))
        .to.include('Deployment')
        .and.not.to.include('Pod');
      expect(await once({ values: { ...keyed, tests: { enabled: false } } })).to.deep.equal(withoutTests);
    });

    it('is the same in every render with keys of yours, as GitOps needs it', async () => {
      expect(await render({ values: keyed })).to.deep.equal(await render({ values: keyed }));
    });

    it('renders offline whatever is enabled, and leaves out what no cluster is known to have', async () => {
      const values = {
        httpRoute: { enabled: true, parentRefs: [{ name: 'public' }] },
        serviceMonitor: { enabled: true },
        prometheusRule: { enabled: true, additionalGroups: [{ name: 'own', rules: [] }] },
      };
      expect(await once({ values })).to.have.length((await once({})).length);
    });
  });

  describe('Pod', () => {
    cases([
      ['is one by default', {}, 'Deployment', 'spec.replicas', 1],
      ['may be none', { replicas: 0 }, 'Deployment', 'spec.replicas', 0],
      ['may be many with Postgres', { ...postgres, replicas: 3 }, 'Deployment', 'spec.replicas', 3],
      ['leaves its number to the autoscaler', scaled, 'Deployment', 'spec.replicas', undefined],
      [
        'leaves its number to an autoscaler of others, with Postgres',
        postgres,
        'Deployment',
        'spec.replicas',
        undefined,
      ],
      [
        'leaves its number to nobody with the memory ledger',
        { ...memory, replicas: null },
        'Deployment',
        'spec.replicas',
        1,
      ],
      [
        'leaves its number to nobody with the SQLite ledger',
        { replicas: null },
        'Deployment',
        'spec.replicas',
        1,
      ],
      ['is found by its labels', {}, 'Deployment', 'spec.selector.matchLabels', selector],
      [
        'is replaced, never doubled, with the memory ledger',
        memory,
        'Deployment',
        'spec.strategy',
        { type: 'Recreate' },
      ],
      [
        'is replaced, never doubled, with the SQLite ledger, whose file is for one process',
        {},
        'Deployment',
        'spec.strategy',
        { type: 'Recreate' },
      ],
      [
        'is replaced without a gap with Postgres',
        postgres,
        'Deployment',
        'spec.strategy',
        { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      ],
      [
        'is replaced as the values say',
        { ...postgres, updateStrategy: { type: 'Recreate' } },
        'Deployment',
        'spec.strategy',
        { type: 'Recreate' },
      ],
      ['keeps three old ReplicaSets', {}, 'Deployment', 'spec.revisionHistoryLimit', 3],
      ['counts as soon as it is ready', {}, 'Deployment', 'spec.minReadySeconds', 0],
      ['has the image of the chart', {}, 'Deployment', `${container}.image`, 'omneo-gateway:0.1.0'],
      [
        'has the image by tag',
        { image: { repository: 'r.example.com/x', tag: '2' } },
        'Deployment',
        `${container}.image`,
        'r.example.com/x:2',
      ],
      [
        'has the image by digest, whatever the tag',
        { image: { tag: '2', digest: `sha256:${'a'.repeat(64)}` } },
        'Deployment',
        `${container}.image`,
        `omneo-gateway@sha256:${'a'.repeat(64)}`,
      ],
      [
        'pulls with the Secrets given',
        { image: { pullSecrets: [{ name: 'r' }] } },
        'Deployment',
        `${pod}.imagePullSecrets`,
        [{ name: 'r' }],
      ],
      ['has the token of its ServiceAccount', {}, 'Deployment', `${pod}.automountServiceAccountToken`, true],
      [
        'has no token with tenants from a folder',
        folder,
        'Deployment',
        `${pod}.automountServiceAccountToken`,
        false,
      ],
      [
        'has no token for its own cluster with a kubeconfig',
        remote,
        'Deployment',
        `${pod}.automountServiceAccountToken`,
        false,
      ],
      [
        'has no service links, which the gateway would not start with',
        {},
        'Deployment',
        `${pod}.enableServiceLinks`,
        false,
      ],
      ['has no host network', {}, 'Deployment', `${pod}.hostNetwork`, undefined],
      ['leaves user namespaces to the cluster', {}, 'Deployment', `${pod}.hostUsers`, undefined],
      [
        'has a user namespace of its own on demand',
        { hostUsers: false },
        'Deployment',
        `${pod}.hostUsers`,
        false,
      ],
      ['runs on Linux', {}, 'Deployment', `${pod}.nodeSelector`, { 'kubernetes.io/os': 'linux' }],
      [
        'has no volume but the switch with the memory ledger',
        memory,
        'Deployment',
        `${pod}.volumes`,
        [suspendVolume],
      ],
      [
        'names its container for kubectl',
        {},
        'Deployment',
        'spec.template.metadata.annotations',
        { 'kubectl.kubernetes.io/default-container': 'gateway' },
      ],
      [
        'is not replaced by a new version of the chart alone',
        {},
        'Deployment',
        'spec.template.metadata.labels.helm~sh/chart',
        undefined,
      ],
      [
        'has the labels given, but never others than its selector',
        { podLabels: { tier: 'edge', 'app.kubernetes.io/component': 'x' } },
        'Deployment',
        'spec.template.metadata.labels.app~kubernetes~io/component',
        'gateway',
      ],
      ['has command and arguments of the image', {}, 'Deployment', `${container}.command`, undefined],
      ['takes another command', { command: ['node'] }, 'Deployment', `${container}.command`, ['node']],
      [
        'asks for CPU and memory',
        {},
        'Deployment',
        `${container}.resources.requests`,
        { cpu: '100m', memory: '192Mi' },
      ],
      [
        'is bounded in memory, not in CPU',
        {},
        'Deployment',
        `${container}.resources.limits`,
        { memory: '512Mi' },
      ],
      [
        'has no resources if they are taken away',
        { resources: null },
        'Deployment',
        `${container}.resources`,
        undefined,
      ],
      [
        'spreads over zones and nodes among its own kind and revision',
        {},
        'Deployment',
        `${pod}.topologySpreadConstraints`,
        ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
          maxSkew: 1,
          topologyKey,
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: selector },
          matchLabelKeys: ['pod-template-hash'],
        })),
      ],
      [
        'spreads by a selector of its own',
        {
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'x',
              whenUnsatisfiable: 'DoNotSchedule',
              labelSelector: { matchLabels: { a: 'b' } },
            },
          ],
        },
        'Deployment',
        `${pod}.topologySpreadConstraints.0.labelSelector`,
        { matchLabels: { a: 'b' } },
      ],
    ]);
  });

  describe('Security', () => {
    cases([
      ['runs as nobody in particular', {}, 'Deployment', `${pod}.securityContext.runAsUser`, 65532],
      ['never as root', {}, 'Deployment', `${pod}.securityContext.runAsNonRoot`, true],
      [
        'has the default seccomp profile',
        {},
        'Deployment',
        `${pod}.securityContext.seccompProfile`,
        { type: 'RuntimeDefault' },
      ],
      ['writes nowhere', {}, 'Deployment', `${container}.securityContext.readOnlyRootFilesystem`, true],
      [
        'cannot gain privileges',
        {},
        'Deployment',
        `${container}.securityContext.allowPrivilegeEscalation`,
        false,
      ],
      [
        'has no capabilities',
        {},
        'Deployment',
        `${container}.securityContext.capabilities`,
        { drop: ['ALL'] },
      ],
      ['has no privileges', {}, 'Deployment', `${container}.securityContext.privileged`, false],
      ['tests as nobody in particular too', {}, 'Pod', 'spec.securityContext.runAsNonRoot', true],
      ['tests without a token', {}, 'Pod', 'spec.automountServiceAccountToken', false],
      [
        'tests on a read-only root',
        {},
        'Pod',
        'spec.containers.0.securityContext.readOnlyRootFilesystem',
        true,
      ],
      [
        'gives a ServiceAccount no token by itself',
        {},
        'ServiceAccount',
        'automountServiceAccountToken',
        false,
      ],
      [
        'takes the uid that a cluster hands out',
        { podSecurityContext: { runAsUser: null } },
        'Deployment',
        `${pod}.securityContext.runAsUser`,
        undefined,
      ],
    ]);
  });

  describe('Life of a Pod', () => {
    const probe = (path: string) => ({ path, port: 'admin' });
    cases([
      [
        'begins when the process is up',
        {},
        'Deployment',
        `${container}.startupProbe.httpGet`,
        probe('/livez'),
      ],
      ['may begin slowly', {}, 'Deployment', `${container}.startupProbe.failureThreshold`, 60],
      [
        'goes on while the process turns',
        {},
        'Deployment',
        `${container}.livenessProbe.httpGet`,
        probe('/livez'),
      ],
      [
        'has webhooks while it is ready',
        {},
        'Deployment',
        `${container}.readinessProbe.httpGet`,
        probe('/readyz'),
      ],
      [
        'has probes as the values say',
        { readinessProbe: { periodSeconds: 7 } },
        'Deployment',
        `${container}.readinessProbe.periodSeconds`,
        7,
      ],
      [
        'ends after load balancers had time to notice',
        {},
        'Deployment',
        `${container}.lifecycle.preStop`,
        { sleep: { seconds: 5 } },
      ],
      [
        'ends at once on demand',
        { preStopSleepSeconds: 0 },
        'Deployment',
        `${container}.lifecycle`,
        undefined,
      ],
      [
        'has a grace longer than sleep and drain',
        {},
        'Deployment',
        `${pod}.terminationGracePeriodSeconds`,
        30,
      ],
      [
        'has a grace that follows the drain',
        { config: { drainMs: 60500 } },
        'Deployment',
        `${pod}.terminationGracePeriodSeconds`,
        71,
      ],
      [
        'has a grace that follows the sleep',
        { preStopSleepSeconds: 20 },
        'Deployment',
        `${pod}.terminationGracePeriodSeconds`,
        45,
      ],
      [
        'has a grace without a drain',
        { config: { drainMs: 0 } },
        'Deployment',
        `${pod}.terminationGracePeriodSeconds`,
        10,
      ],
      [
        'has the grace given',
        { terminationGracePeriodSeconds: 90 },
        'Deployment',
        `${pod}.terminationGracePeriodSeconds`,
        90,
      ],
    ]);
  });

  describe('Variables', () => {
    const changed: Readonly<Record<string, string | boolean | number | string[]>> = {
      upstreamHosts: ['.a.example', 'b.example'],
      allowInsecureUpstream: true,
      klaviyoApiUrl: 'https://klaviyo.example.com',
      secretLabelSelector: 'omneo.io/watch=true',
      logLevel: 'debug',
      leaseMs: 600_000,
      ledgerMaxEntries: 100_000_000,
      ledgerRetentionHours: 100,
      parkedRetentionDays: 60,
      acceptedStatus: 200,
      maxConnections: 1_000_000,
    };
    const names = Object.entries(settings).filter(
      ([name, { variable }]) =>
        !variable.startsWith('OTEL_') &&
        !/^(port|adminPort|consolePort|adminTokenFile|publicURL|consoleURL|oidc\w+|sessionKeyFile|tenantsDir|kubeconfig|podName|podNamespace|leaseName|watchNamespaces|ledgerURL|ledgerKeyFile|suspendAllFile)$/.test(
          name,
        ),
    );
    const config = Object.fromEntries(names.map(([name]) => [name, changed[name] ?? 30_000]));
    const text = (name: string): string => String(config[name]);
    cases(
      names.map(([name, { variable }]) => [
        `${variable} is set by config.${name}, and the gateway takes it`,
        { config },
        'Deployment',
        `${env}.[name=${variable}].value`,
        text(name),
      ]),
    );
    for (const [name, { variable, parse }] of names) {
      it(`${variable} means what config.${name} means`, () => {
        expect(() => parse(text(name)) as unknown).not.to.throw();
      });
    }
    cases([
      [
        'PORT is set by ports.webhooks',
        { ports: { webhooks: 8443 } },
        'Deployment',
        `${env}.[name=PORT].value`,
        '8443',
      ],
      [
        'ADMIN_PORT is set by ports.admin',
        { ports: { admin: 9091 } },
        'Deployment',
        `${env}.[name=ADMIN_PORT].value`,
        '9091',
      ],
      [
        'POD_NAME is that of the Pod',
        {},
        'Deployment',
        `${env}.[name=POD_NAME].valueFrom.fieldRef.fieldPath`,
        'metadata.name',
      ],
      [
        'POD_NAMESPACE is that of the Pod',
        {},
        'Deployment',
        `${env}.[name=POD_NAMESPACE].valueFrom.fieldRef.fieldPath`,
        'metadata.namespace',
      ],
      [
        'LEASE_NAME is that of the release',
        {},
        'Deployment',
        `${env}.[name=LEASE_NAME].value`,
        'gw-omneo-gateway',
      ],
      [
        'LEASE_NAME is set by leaseName',
        { leaseName: 'l' },
        'Deployment',
        `${env}.[name=LEASE_NAME].value`,
        'l',
      ],
      [
        'WATCH_NAMESPACES is not set by default',
        {},
        'Deployment',
        `${env}.[name=WATCH_NAMESPACES]`,
        undefined,
      ],
      [
        'WATCH_NAMESPACES is set by watchNamespaces',
        { watchNamespaces: ['a', 'b'] },
        'Deployment',
        `${env}.[name=WATCH_NAMESPACES].value`,
        'a,b',
      ],
      [
        'LEDGER_URL is in memory on demand',
        memory,
        'Deployment',
        `${env}.[name=LEDGER_URL].value`,
        'memory:',
      ],
      [
        'LEDGER_URL is a file on the volume by default',
        {},
        'Deployment',
        `${env}.[name=LEDGER_URL].value`,
        'sqlite:/var/lib/omneo-gateway/ledger.db',
      ],
      [
        'POSTGRES_URL comes from a Secret with Postgres',
        postgres,
        'Deployment',
        `${env}.[name=POSTGRES_URL].valueFrom.secretKeyRef`,
        { name: 'db', key: 'url' },
      ],
      [
        'LEDGER_URL is POSTGRES_URL, if that is all',
        postgres,
        'Deployment',
        `${env}.[name=LEDGER_URL].value`,
        '$(POSTGRES_URL)',
      ],
      [
        'LEDGER_URL names what is a file after POSTGRES_URL',
        files,
        'Deployment',
        `${env}.[name=LEDGER_URL].value`,
        '$(POSTGRES_URL)?sslmode=verify-ca&sslrootcert=/etc/omneo-gateway/postgres/ca/ca.crt' +
          '&sslcert=/etc/omneo-gateway/postgres/client/tls.crt&sslkey=/etc/omneo-gateway/postgres/client/tls.key' +
          '&passfile=/etc/omneo-gateway/postgres/passfile/pgpass',
      ],
      ...([{}, postgres] as const).map((values): Case => [
        `LEDGER_KEY_FILE is where the Secret is mounted, with ${'ledger' in values ? 'Postgres' : 'SQLite'}`,
        values,
        'Deployment',
        `${env}.[name=LEDGER_KEY_FILE].value`,
        '/etc/omneo-gateway/ledger-key/keys',
      ]),
      [
        'LEDGER_KEY_FILE is the key of a Secret of yours',
        keyed,
        'Deployment',
        `${env}.[name=LEDGER_KEY_FILE].value`,
        '/etc/omneo-gateway/ledger-key/sealing',
      ],
      [
        'LEDGER_KEY_FILE is not set in memory, where nothing is stored',
        memory,
        'Deployment',
        `${env}.[name=LEDGER_KEY_FILE]`,
        undefined,
      ],
      ['TENANTS_DIR is not set by default', {}, 'Deployment', `${env}.[name=TENANTS_DIR]`, undefined],
      [
        'TENANTS_DIR is where the Secret is mounted',
        folder,
        'Deployment',
        `${env}.[name=TENANTS_DIR].value`,
        '/etc/omneo-gateway/tenants',
      ],
      [
        'KUBECONFIG is where the Secret is mounted',
        remote,
        'Deployment',
        `${env}.[name=KUBECONFIG].value`,
        '/etc/omneo-gateway/kubeconfig/kubeconfig',
      ],
      [
        'SECRET_LABEL_SELECTOR is not set by default',
        {},
        'Deployment',
        `${env}.[name=SECRET_LABEL_SELECTOR]`,
        undefined,
      ],
      [
        'a variable whose value is null is left out',
        { config: { logLevel: null } },
        'Deployment',
        `${env}.[name=LOG_LEVEL]`,
        undefined,
      ],
      [
        'more are set by extraEnv',
        { extraEnv: [{ name: 'TZ', value: 'UTC' }] },
        'Deployment',
        `${env}.[name=TZ].value`,
        'UTC',
      ],
      ['a folder is mounted read-only', folder, 'Deployment', `${container}.volumeMounts.0.readOnly`, true],
      ['a folder is a Secret', folder, 'Deployment', `${pod}.volumes.0.secret.secretName`, 'tenants'],
      ['a kubeconfig is a Secret', remote, 'Deployment', `${pod}.volumes.0.secret.secretName`, 'other'],
    ]);

    it('LEDGER_URL comes after POSTGRES_URL, or Kubernetes would not put it in', async () => {
      const variables = at(await find({ values: postgres }, 'Deployment'), env) as { name: string }[];
      const names = variables.map(({ name }) => name);
      expect(names.indexOf('LEDGER_URL'))
        .to.equal(names.indexOf('POSTGRES_URL') + 1)
        .and.above(0);
    });

    it('none is set twice', async () => {
      const values = { ...remote, ...postgres, extraEnv: [{ name: 'TZ', value: 'UTC' }] };
      const variables = at(await find({ values }, 'Deployment'), env) as { name: string }[];
      expect(new Set(variables.map(({ name }) => name)).size).to.equal(variables.length);
    });
  });

  describe('Ledger', () => {
    const claim = 'PersistentVolumeClaim';
    const mounts = `${container}.volumeMounts`;
    const key = 'Secret/gw-omneo-gateway-ledger-key';
    const keyMount = { name: 'ledger-key', mountPath: '/etc/omneo-gateway/ledger-key', readOnly: true };
    /** Octal to Kubernetes, which reads YAML 1.1: 0440. */
    const keyVolume = (secretName: string) => ({
      name: 'ledger-key',
      secret: { secretName, defaultMode: 440 },
    });
    cases([
      [
        'is on a volume of its own by default',
        {},
        claim,
        'spec',
        { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      ],
      [
        'is on a volume as large, and of the class, that the values say',
        {
          ledger: { sqlite: { size: '5Gi', storageClassName: 'fast', accessModes: ['ReadWriteOncePod'] } },
        },
        claim,
        'spec',
        {
          accessModes: ['ReadWriteOncePod'],
          storageClassName: 'fast',
          resources: { requests: { storage: '5Gi' } },
        },
      ],
      ['goes with the release by default', {}, claim, 'metadata.annotations', undefined],
      [
        'outlives the release on demand',
        { ledger: { sqlite: { keep: true } } },
        claim,
        'metadata.annotations',
        { 'helm.sh/resource-policy': 'keep' },
      ],
      ['needs no claim of the chart where there is one', claimed, claim, 'kind', undefined],
      ['needs no claim in memory', memory, claim, 'kind', undefined],
      ['needs no claim in Postgres', postgres, claim, 'kind', undefined],
      [
        'is the volume of the claim of the chart',
        {},
        'Deployment',
        `${pod}.volumes.0`,
        { name: 'ledger', persistentVolumeClaim: { claimName: 'gw-omneo-gateway-ledger' } },
      ],
      [
        'is the volume of the claim that is there',
        claimed,
        'Deployment',
        `${pod}.volumes.0.persistentVolumeClaim.claimName`,
        'own',
      ],
      [
        'can be written where it is mounted, and nothing else can',
        {},
        'Deployment',
        mounts,
        [{ name: 'ledger', mountPath: '/var/lib/omneo-gateway' }, keyMount, suspendMount],
      ],
      ['belongs to the group of the Pod', {}, 'Deployment', `${pod}.securityContext.fsGroup`, 65532],
      [
        'has its Secrets as files, with Postgres',
        files,
        'Deployment',
        `${pod}.volumes`,
        [
          ...[
            ['ca', 'db-ca'],
            ['client', 'db-client'],
            ['passfile', 'db-password'],
          ].map(([name, secretName]) => ({
            name: `postgres-${String(name)}`,
            // Octal to Kubernetes, which reads YAML 1.1: 0440.
            secret: { secretName, defaultMode: 440 },
          })),
          keyVolume('gw-omneo-gateway-ledger-key'),
          suspendVolume,
        ],
      ],
      [
        'has them where LEDGER_URL says, read-only',
        files,
        'Deployment',
        mounts,
        [
          ...['ca', 'client', 'passfile'].map((name) => ({
            name: `postgres-${name}`,
            mountPath: `/etc/omneo-gateway/postgres/${name}`,
            readOnly: true,
          })),
          keyMount,
          suspendMount,
        ],
      ],
      [
        'has no files but its keys with a URL that is all',
        postgres,
        'Deployment',
        `${pod}.volumes`,
        [keyVolume('gw-omneo-gateway-ledger-key'), suspendVolume],
      ],
      [
        'has its keys in a Secret of the chart, which outlives the release',
        {},
        key,
        'metadata.annotations',
        { 'helm.sh/resource-policy': 'keep' },
      ],
      ['has keys that nothing replaces', {}, key, 'immutable', true],
      ['has keys with Postgres too', postgres, key, 'type', 'Opaque'],
      ['has no keys in memory', memory, key, 'kind', undefined],
      ['has no keys of the chart where there are some of yours', keyed, key, 'kind', undefined],
      ['has keys of yours as a file', keyed, 'Deployment', `${pod}.volumes.1`, keyVolume('keys')],
    ]);

    it('has a random key that the gateway takes', async () => {
      const secrets = await Promise.all([render({}), render({})]);
      const texts = secrets.map((manifests) => {
        const { keys = '' } = at(
          manifests.find(({ kind }) => kind === 'Secret'),
          'data',
        ) as Record<string, string>;
        return Buffer.from(keys, 'base64').toString();
      });
      for (const text of texts) expect(readKeys(text, 'keys')).to.have.length(1);
      expect(texts[0]).not.to.equal(texts[1]);
    });
  });

  describe('Notes after an install', () => {
    const notes = async (values: Values): Promise<string> => {
      const how = ['--dry-run=client', '--namespace=loyalty', '--values=-'];
      const { stdout, stderr, code } = await helm(['install', 'gw', chartFolder, ...how], { values });
      expect(code, stderr).to.equal(0);
      return (stdout.split('\nNOTES:\n')[1] ?? '').replaceAll(/\s+/g, ' ');
    };
    for (const [ledger, values, sentences] of [
      [
        'a file',
        {},
        [
          'The ledger is a file on the volume of the PersistentVolumeClaim gw-omneo-gateway-ledger.',
          'It survives a crash of the Pod and of its node, and not the loss of the volume.',
          'The claim goes with the release; ledger.sqlite.keep leaves it behind.',
          'The Secret gw-omneo-gateway-ledger-key has the keys that seal webhooks.',
        ],
      ],
      ['a file whose keys are yours', keyed, ['The Secret keys has the keys that seal webhooks.']],
      ['a file on a claim of yours', claimed, ['the volume of the PersistentVolumeClaim own.']],
      [
        'in Postgres',
        postgres,
        [
          'The ledger is in the PostgreSQL of the Secret db, for any number of Pods.',
          'It survives a crash of Pods, of nodes and of the server, and the loss of a disk if there is',
        ],
      ],
      ['in memory', memory, ['The ledger is in memory, for one Pod, and survives nothing']],
    ] as const) {
      it(`say that the ledger is ${ledger}, and what it survives`, async () => {
        const text = await notes(values);
        for (const sentence of sentences) expect(text.toLowerCase()).to.contain(sentence.toLowerCase());
        expect(/has the keys/.test(text)).to.equal(ledger !== 'in memory');
        expect(text.match(/the ledger is /gi)).to.have.length(1);
      });
    }
  });

  describe('Services', () => {
    const admin = 'Service/gw-omneo-gateway-admin';
    cases([
      [
        'send webhooks to the port for them',
        {},
        'Service',
        'spec.ports',
        [{ name: 'webhooks', port: 80, targetPort: 'webhooks', protocol: 'TCP', appProtocol: 'http' }],
      ],
      ['find the Pods', {}, 'Service', 'spec.selector', selector],
      ['are inside the cluster by default', {}, 'Service', 'spec.type', 'ClusterIP'],
      [
        'have the node port given',
        { service: { type: 'NodePort', nodePort: 30000 } },
        'Service',
        'spec.ports.0.nodePort',
        30000,
      ],
      [
        'are bounded to addresses',
        { service: { type: 'LoadBalancer', loadBalancerSourceRanges: ['192.0.2.0/24'] } },
        'Service',
        'spec.loadBalancerSourceRanges',
        ['192.0.2.0/24'],
      ],
      [
        'are dual-stack on demand',
        { service: { ipFamilyPolicy: 'PreferDualStack' } },
        'Service',
        'spec.ipFamilyPolicy',
        'PreferDualStack',
      ],
      ['keep probes and metrics apart', {}, admin, 'spec.ports.0.targetPort', 'admin'],
      [
        'never expose probes and metrics, whatever the type',
        { service: { type: 'LoadBalancer' } },
        admin,
        'spec.type',
        'ClusterIP',
      ],
      ['show metrics of a Pod that is not ready', {}, admin, 'spec.publishNotReadyAddresses', true],
      [
        'do without that for probes and metrics on demand',
        { adminService: { enabled: false } },
        admin,
        'kind',
        undefined,
      ],
    ]);
  });

  describe('Ingress and HTTPRoute', () => {
    const ingress = { ingress: { enabled: true, hosts: ['a.example', 'b.example'] } };
    const route = {
      httpRoute: { enabled: true, parentRefs: [{ name: 'public' }], hostnames: ['a.example'] },
    };
    cases([
      ['are not there by default', {}, 'Ingress', 'kind', undefined],
      [
        'lead to webhooks by name, for every host',
        ingress,
        'Ingress',
        'spec.rules.1',
        {
          host: 'b.example',
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: 'gw-omneo-gateway', port: { name: 'webhooks' } } },
              },
            ],
          },
        },
      ],
      [
        'have the class given',
        { ingress: { ...ingress.ingress, className: 'nginx' } },
        'Ingress',
        'spec.ingressClassName',
        'nginx',
      ],
      ['leave the class to the cluster', ingress, 'Ingress', 'spec.ingressClassName', undefined],
      [
        'have the certificates given',
        { ingress: { ...ingress.ingress, tls: [{ secretName: 's' }] } },
        'Ingress',
        'spec.tls',
        [{ secretName: 's' }],
      ],
      ['belong to the gateways given', route, 'HTTPRoute', 'spec.parentRefs', [{ name: 'public' }]],
      ['have the hosts given', route, 'HTTPRoute', 'spec.hostnames', ['a.example']],
      [
        'lead to the Service by its port',
        { ...route, service: { port: 8081 } },
        'HTTPRoute',
        'spec.rules.0.backendRefs',
        [{ name: 'gw-omneo-gateway', port: 8081 }],
      ],
      [
        'have the timeouts given',
        { httpRoute: { ...route.httpRoute, timeouts: { request: '9s' } } },
        'HTTPRoute',
        'spec.rules.0.timeouts',
        { request: '9s' },
      ],
    ]);

    it('never name the Service for probes and metrics', async () => {
      const values = { ...ingress, ...route };
      for (const kind of ['Ingress', 'HTTPRoute']) {
        const found = await find({ values, apis: [gatewayAPI] }, kind);
        expect(JSON.stringify(found)).to.contain('gw-omneo-gateway').and.not.to.contain('admin');
      }
    });
  });

  describe('Scaling and disruption', () => {
    const hpa = 'HorizontalPodAutoscaler';
    cases([
      ['are by hand by default', {}, hpa, 'kind', undefined],
      [
        'scale the Deployment',
        scaled,
        hpa,
        'spec.scaleTargetRef',
        { apiVersion: 'apps/v1', kind: 'Deployment', name: 'gw-omneo-gateway' },
      ],
      ['scale between these', scaled, hpa, 'spec.minReplicas', 2],
      [
        'scale by CPU',
        scaled,
        hpa,
        'spec.metrics',
        [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
          },
        ],
      ],
      [
        'scale by memory too',
        { ...postgres, autoscaling: { enabled: true, targetMemoryUtilizationPercentage: 80 } },
        hpa,
        'spec.metrics.1.resource.name',
        'memory',
      ],
      [
        'scale as slowly as given',
        {
          ...postgres,
          autoscaling: { enabled: true, behavior: { scaleDown: { stabilizationWindowSeconds: 9 } } },
        },
        hpa,
        'spec.behavior.scaleDown.stabilizationWindowSeconds',
        9,
      ],
      ['let one Pod go at a time', {}, 'PodDisruptionBudget', 'spec.maxUnavailable', 1],
      [
        'let as many Pods stay as given',
        { ...postgres, replicas: 3, podDisruptionBudget: { maxUnavailable: null, minAvailable: 2 } },
        'PodDisruptionBudget',
        'spec.minAvailable',
        2,
      ],
      ['let broken Pods go', {}, 'PodDisruptionBudget', 'spec.unhealthyPodEvictionPolicy', 'AlwaysAllow'],
      ['count the same Pods', {}, 'PodDisruptionBudget', 'spec.selector.matchLabels', selector],
      [
        'do without a budget on demand',
        { podDisruptionBudget: { enabled: false } },
        'PodDisruptionBudget',
        'kind',
        undefined,
      ],
    ]);
  });

  describe('NetworkPolicy', () => {
    const on = { networkPolicy: { enabled: true } };
    const ports = async (values: Values): Promise<unknown> =>
      (at(await find({ values }, 'NetworkPolicy'), 'spec.egress') as { ports: { port: number }[] }[]).map(
        (rule) => rule.ports.map(({ port }) => port),
      );
    cases([
      ['is not there by default', {}, 'NetworkPolicy', 'kind', undefined],
      ['bounds both directions', on, 'NetworkPolicy', 'spec.policyTypes', ['Ingress', 'Egress']],
      ['is about the Pods of the release', on, 'NetworkPolicy', 'spec.podSelector.matchLabels', selector],
      [
        'lets webhooks in from everywhere',
        on,
        'NetworkPolicy',
        'spec.ingress.0',
        { ports: [{ port: 'webhooks', protocol: 'TCP' }] },
      ],
      [
        'lets only the cluster read metrics',
        on,
        'NetworkPolicy',
        'spec.ingress.1.from.0',
        { namespaceSelector: {} },
      ],
      [
        'lets only those given send webhooks, and helm test',
        { networkPolicy: { enabled: true, webhooksFrom: [{ podSelector: {} }] } },
        'NetworkPolicy',
        'spec.ingress.0.from',
        [
          { podSelector: {} },
          { podSelector: { matchLabels: { ...selector, 'app.kubernetes.io/component': 'test' } } },
        ],
      ],
      [
        'lets it reach Omneo on the internet, not private networks',
        on,
        'NetworkPolicy',
        'spec.egress.1.to.0.ipBlock.cidr',
        '0.0.0.0/0',
      ],
      [
        'lets it reach the name servers of Pods, and that of the node, on its link-local address',
        on,
        'NetworkPolicy',
        'spec.egress.0',
        {
          ports: ['UDP', 'TCP'].map((protocol) => ({ port: 53, protocol })),
          to: [{ namespaceSelector: {} }, { ipBlock: { cidr: '169.254.20.10/32' } }],
        },
      ],
      [
        'lets it reach the name servers given, and no others',
        {
          networkPolicy: { enabled: true, egress: { dns: { to: [{ ipBlock: { cidr: '192.0.2.53/32' } }] } } },
        },
        'NetworkPolicy',
        'spec.egress.0.to',
        [{ ipBlock: { cidr: '192.0.2.53/32' } }],
      ],
      [
        'keeps it from the metadata of a cloud',
        on,
        'NetworkPolicy',
        'spec.egress.1.to.0.ipBlock.except.3',
        '169.254.0.0/16',
      ],
    ]);
    it('lets it reach DNS, Omneo and the API server, and no more', async () => {
      expect(await ports(on)).to.deep.equal([[53, 53], [443], [443, 6443]]);
    });
    it('lets it reach Postgres only if it uses it', async () => {
      expect(await ports({ ...on, ...postgres })).to.deep.equal([[53, 53], [443], [443, 6443], [5432]]);
    });
    it('lets it reach a collector only if traces go there', async () => {
      const traced = { ...on, tracing: { endpoint: 'http://collector:4318' } };
      expect(await ports(traced)).to.deep.equal([[53, 53], [443], [443, 6443], [4318]]);
    });
    it('lets it reach no API server with tenants from a folder', async () => {
      expect(await ports({ ...on, ...folder })).to.deep.equal([[53, 53], [443]]);
    });
  });

  describe('RBAC', () => {
    const scoped = { watchNamespaces: ['a', 'b'] };
    cases([
      [
        'allows in the whole cluster what the gateway does there',
        {},
        'ClusterRole/gw-omneo-gateway:loyalty',
        'rules',
        watchRules,
      ],
      ['allows at home one Lease', {}, 'Role/gw-omneo-gateway-lease', 'rules', homeRules('gw-omneo-gateway')],
      [
        'allows at home the Lease given',
        { leaseName: 'l' },
        'Role/gw-omneo-gateway-lease',
        'rules',
        homeRules('l'),
      ],
      [
        'allows it to the ServiceAccount',
        {},
        'ClusterRoleBinding/gw-omneo-gateway:loyalty',
        'subjects',
        [{ kind: 'ServiceAccount', name: 'gw-omneo-gateway', namespace: 'loyalty' }],
      ],
      [
        'allows it to the ServiceAccount given',
        { serviceAccount: { create: false, name: 'own' } },
        'ClusterRoleBinding/gw-omneo-gateway:loyalty',
        'subjects.0.name',
        'own',
      ],
      ['allows the same in namespaces', scoped, 'Role/gw-omneo-gateway:loyalty', 'rules', watchRules],
      [
        'shows tenants to those with view',
        {},
        'ClusterRole/gw-omneo-gateway:loyalty:view',
        'metadata.labels.rbac~authorization~k8s~io/aggregate-to-view',
        'true',
      ],
      [
        'does not let those with view change tenants',
        {},
        'ClusterRole/gw-omneo-gateway:loyalty:edit',
        'metadata.labels.rbac~authorization~k8s~io/aggregate-to-view',
        undefined,
      ],
      [
        'lets those with edit change tenants, but not their status',
        {},
        'ClusterRole/gw-omneo-gateway:loyalty:edit',
        'rules',
        [
          {
            apiGroups: ['omneo.io'],
            resources: ['omneotenants'],
            verbs: ['create', 'delete', 'deletecollection', 'patch', 'update'],
          },
        ],
      ],
    ]);

    const objects = async (values: Values): Promise<string[]> =>
      (await once({ values }))
        .filter(({ apiVersion }) => apiVersion.startsWith('rbac.'))
        .map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? '-'}`);
    it('is one Role in each watched namespace, and no rule for the cluster', async () => {
      expect(
        await objects({ ...scoped, rbac: { aggregate: false }, console: { enabled: false } }),
      ).to.have.members([
        'Role a',
        'RoleBinding a',
        'Role b',
        'RoleBinding b',
        'Role loyalty',
        'RoleBinding loyalty',
      ]);
    });
    it('is nothing on demand', async () => {
      expect(await objects({ rbac: { create: false } })).to.deep.equal([]);
    });
    it('is nothing with tenants from a folder, or from another cluster', async () => {
      expect(await objects(folder)).to.deep.equal([]);
      expect(await objects(remote)).to.deep.equal([]);
    });
  });

  describe('CRD', () => {
    const crd = 'CustomResourceDefinition';
    cases([
      ['outlives the release', {}, crd, 'metadata.annotations', { 'helm.sh/resource-policy': 'keep' }],
      ['goes with the release on demand', { crds: { keep: false } }, crd, 'metadata.annotations', undefined],
      ['is left to others on demand', { crds: { enabled: false } }, crd, 'kind', undefined],
      ['is not needed with tenants from a folder', folder, crd, 'kind', undefined],
      ['is needed in the other cluster only', remote, crd, 'kind', undefined],
    ]);
  });

  describe('Monitoring', () => {
    const monitors = (kind: string): Values => ({
      [kind]: { enabled: true, labels: { release: 'p' }, interval: '15s' },
    });
    const adminLabels = { ...selector, 'app.kubernetes.io/component': 'admin' };
    cases([
      ['is not there by default', {}, 'ServiceMonitor', 'kind', undefined],
      [
        'scrapes the Service for metrics alone',
        monitors('serviceMonitor'),
        'ServiceMonitor',
        'spec.selector.matchLabels',
        adminLabels,
      ],
      [
        'finds that Service by these labels',
        {},
        'Service/gw-omneo-gateway-admin',
        'metadata.labels.app~kubernetes~io/component',
        'admin',
      ],
      [
        'scrapes as often as given',
        monitors('serviceMonitor'),
        'ServiceMonitor',
        'spec.endpoints',
        [{ port: 'admin', path: '/metrics', interval: '15s' }],
      ],
      [
        'is selected by the labels given',
        monitors('serviceMonitor'),
        'ServiceMonitor',
        'metadata.labels.release',
        'p',
      ],
      ['scrapes Pods', monitors('podMonitor'), 'PodMonitor', 'spec.selector.matchLabels', selector],
      [
        'scrapes the port of Pods',
        monitors('podMonitor'),
        'PodMonitor',
        'spec.podMetricsEndpoints.0.port',
        'admin',
      ],
      [
        'has the groups given',
        { prometheusRule: { enabled: true, additionalGroups: [{ name: 'own', rules: [] }] } },
        'PrometheusRule',
        'spec.groups.1',
        { name: 'own', rules: [] },
      ],
    ]);

    it('refuses what the cluster does not know, on demand', async () => {
      const { code, stderr } = await template({
        values: { ...monitors('podMonitor'), renderMode: 'failIfMissing' },
      });
      expect(code).to.equal(1);
      expect(stderr).to.contain('The cluster does not know PodMonitor of monitoring.coreos.com/v1');
    });

    it('does not look, on demand', async () => {
      const values = { ...monitors('podMonitor'), renderMode: 'alwaysRender' };
      expect(await find({ values }, 'PodMonitor')).not.to.equal(undefined);
    });

    describe('with files', () => {
      let copy: TemporaryFolder;
      let chart: string;

      before(async () => {
        copy = await temporaryFolder('chart');
        chart = join(copy.path, 'omneo-gateway');
        await cp(chartFolder, chart, { recursive: true });
        await mkdir(join(chart, 'files/dashboards'), { recursive: true });
        await writeFile(join(chart, 'files/dashboards/zz-sample.json'), '{\n  "title": "{{tenant}}"\n}\n');
        await writeFile(
          join(chart, 'files/rules/zz-sample.yaml'),
          'groups: [{ name: sample, rules: [{ alert: A, expr: vector(1), annotations: { summary: "{{ $value }}" } }] }]\n',
        );
      });
      after(() => copy.remove());

      it('has every dashboard in files/ in a ConfigMap of its own', async () => {
        const values = {
          dashboards: { enabled: true, namespace: 'grafana', annotations: { folder: 'Omneo' } },
        };
        const found = (await once({ values, chart })).find(({ metadata }) =>
          metadata.name.startsWith('gw-omneo-gateway-zz-sample-'),
        );
        const [text] = Object.values(at(found, 'data') as Record<string, string>);
        expect(text).to.equal('{\n  "title": "{{tenant}} (loyalty/gw-omneo-gateway)"\n}');
        expect(at(found, 'metadata.namespace')).to.equal('grafana');
        expect(at(found, 'metadata.labels.grafana_dashboard')).to.equal('1');
        expect(at(found, 'metadata.annotations.folder')).to.equal('Omneo');
      });

      it('has every rule in files/, before those given', async () => {
        const values = { prometheusRule: { enabled: true, additionalGroups: [{ name: 'own', rules: [] }] } };
        const found = await find({ values, chart, apis: monitoring }, 'PrometheusRule');
        const groups = at(found, 'spec.groups') as { name: string; rules: unknown[] }[];
        expect(groups.map(({ name }) => name).slice(-2)).to.deep.equal(['sample', 'own']);
        expect(at(groups.at(-2), 'rules.0.annotations.summary')).to.equal('{{ $value }}');
      });
    });
  });

  describe('Names', () => {
    const name = async (rendering: Rendering): Promise<string | undefined> =>
      (await find(rendering, 'Deployment'))?.metadata.name;
    it('are formed from the release', async () => {
      expect(await name({ release: 'acme' })).to.equal('acme-omneo-gateway');
      expect(await name({ release: 'omneo-gateway' })).to.equal('omneo-gateway');
      expect(await name({ release: 'omneo-gateway-eu' })).to.equal('omneo-gateway-eu');
      expect(await name({ release: 'x'.repeat(53) })).to.match(/^x{43}-[0-9a-f]{8}$/);
      expect(await name({ values: { fullnameOverride: 'own' } })).to.equal('own');
    });

    it('of what belongs to the cluster differ between releases of one name', async () => {
      const names = async (namespace: string): Promise<string[]> =>
        (await once({ namespace, values: { crds: { enabled: false } } }))
          .filter(({ metadata }) => metadata.namespace === undefined)
          .map(({ kind, metadata }) => `${kind}/${metadata.name}`);
      const [a, b] = [await names('a'), await names('b')];
      expect(a).to.have.length(9);
      expect(a.filter((each) => b.includes(each))).to.deep.equal([]);
    });
  });

  describe('The switch that suspends every tenant', () => {
    cases([
      ['is off at first', {}, 'ConfigMap', 'data', { 'suspend-all': 'false' }],
      ['may be on', { suspendAll: true }, 'ConfigMap', 'data', { 'suspend-all': 'true' }],
      ['may be off', { suspendAll: false }, 'ConfigMap', 'data', { 'suspend-all': 'false' }],
      ['changes nothing of a Pod', { suspendAll: true }, 'Deployment', `${pod}.volumes.2`, suspendVolume],
      ['is a folder of the Pod', memory, 'Deployment', `${container}.volumeMounts`, [suspendMount]],
    ]);
  });

  describe('What users add', () => {
    const object = { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'own' } };
    cases([
      ['may be objects', { extraObjects: [object] }, 'LimitRange', 'metadata.name', 'own'],
      [
        'may be templates',
        { extraObjects: ['{apiVersion: v1, kind: LimitRange, metadata: {name: "{{ .Release.Name }}-own"}}'] },
        'LimitRange',
        'metadata.name',
        'gw-own',
      ],
      [
        'may be a tenant, for whoever applies what is rendered',
        {
          extraObjects: [
            { apiVersion: 'omneo.io/v1alpha1', kind: 'OmneoTenant', metadata: { name: 'acme' } },
          ],
        },
        'OmneoTenant',
        'metadata.name',
        'acme',
      ],
      [
        'may be labels on everything',
        { commonLabels: { team: 'x' } },
        'Service',
        'metadata.labels.team',
        'x',
      ],
      [
        'may be labels on Pods',
        { commonLabels: { team: 'x' } },
        'Deployment',
        'spec.template.metadata.labels.team',
        'x',
      ],
      [
        'never are labels that find Pods',
        { commonLabels: { team: 'x' } },
        'Deployment',
        'spec.selector.matchLabels',
        selector,
      ],
      [
        'may be volumes',
        { extraVolumes: [{ name: 'ca' }], extraVolumeMounts: [{ name: 'ca', mountPath: '/ca' }] },
        'Deployment',
        `${container}.volumeMounts.2`,
        { name: 'ca', mountPath: '/ca' },
      ],
      [
        'may be volumes beside those of the chart',
        { ...folder, extraVolumes: [{ name: 'ca' }] },
        'Deployment',
        `${pod}.volumes.3`,
        { name: 'ca' },
      ],
      [
        'may be containers',
        { extraContainers: [{ name: 'side' }] },
        'Deployment',
        `${pod}.containers.1.name`,
        'side',
      ],
      [
        'may be containers before',
        { initContainers: [{ name: 'first' }] },
        'Deployment',
        `${pod}.initContainers.0.name`,
        'first',
      ],
      [
        'may be tolerations',
        { tolerations: [{ key: 'a' }] },
        'Deployment',
        `${pod}.tolerations`,
        [{ key: 'a' }],
      ],
      [
        'may be an affinity',
        { affinity: { nodeAffinity: {} } },
        'Deployment',
        `${pod}.affinity`,
        { nodeAffinity: {} },
      ],
      ['may be a priority', { priorityClassName: 'high' }, 'Deployment', `${pod}.priorityClassName`, 'high'],
      [
        'may be variables from elsewhere',
        { extraEnvFrom: [{ secretRef: { name: 'x' } }] },
        'Deployment',
        `${container}.envFrom`,
        [{ secretRef: { name: 'x' } }],
      ],
    ]);
  });
});

function ciFile(name: string): string {
  return join(chartFolder, 'ci', `${name}-values.yaml`);
}
