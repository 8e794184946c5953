import { expect } from 'chai';
import { template, type Values } from './chart.ts';
import { needTools } from './needs.ts';

const postgres = { ledger: { type: 'postgres', postgres: { existingSecret: 'db' } } };
const memory = { ledger: { type: 'memory' } };

type Refusal = readonly [what: string, values: Values, sentence: RegExp];

/** Mixes of values that are each fine by themselves. */
const impossible: readonly Refusal[] = [
  [
    'several Pods with the memory ledger',
    { ...memory, replicas: 2 },
    /replicas 2 needs a ledger that Pods share, and that of ledger\.type memory is for one Pod/,
  ],
  [
    'several Pods with the SQLite ledger',
    { replicas: 2 },
    /replicas 2 needs a ledger that Pods share, and that of ledger\.type sqlite is for one Pod/,
  ],
  [
    'an autoscaler with the memory ledger',
    { ...memory, autoscaling: { enabled: true } },
    /autoscaling\.enabled needs a ledger that Pods share/,
  ],
  [
    'an autoscaler with the SQLite ledger',
    { autoscaling: { enabled: true } },
    /autoscaling\.enabled needs a ledger that Pods share/,
  ],
  ['Postgres without its URL', { ledger: { type: 'postgres' } }, /set ledger\.postgres\.existingSecret/],
  [
    'a URL of Postgres with the SQLite ledger',
    { ledger: { postgres: { existingSecret: 'x' } } },
    /ledger\.postgres\.existingSecret has no effect with ledger\.type sqlite/,
  ],
  [
    'a CA of Postgres with the memory ledger',
    { ledger: { type: 'memory', postgres: { ca: { existingSecret: 'x' } } } },
    /ledger\.postgres\.ca\.existingSecret has no effect with ledger\.type memory/,
  ],
  [
    'a volume with Postgres',
    { ledger: { type: 'postgres', postgres: { existingSecret: 'db' }, sqlite: { existingClaim: 'x' } } },
    /ledger\.sqlite\.existingClaim has no effect with ledger\.type postgres/,
  ],
  [
    'keys with the memory ledger',
    { ledger: { type: 'memory', keySecret: { name: 'x' } } },
    /ledger\.keySecret\.name has no effect with ledger\.type memory, which stores no webhooks/,
  ],
  [
    'a Redis, and says how to move',
    { ledger: { type: 'redis', redis: { existingSecret: 'x', key: 'url' } }, replicas: 3 },
    /^Error: [^\n]*\n\n- ledger\.type redis is gone, since [^\n]*: scale the Deployment to 0, wait 155 s, and upgrade with ledger\.type postgres, as docs\/operating\.md says in "Moving to another ledger"\.\n/,
  ],
  [
    'a rolling update with the memory ledger',
    { ...memory, updateStrategy: { type: 'RollingUpdate' } },
    /lets two Pods run at once, which ledger\.type memory cannot/,
  ],
  [
    'a rolling update with the SQLite ledger',
    { updateStrategy: { type: 'RollingUpdate' } },
    /lets two Pods run at once, which ledger\.type sqlite cannot/,
  ],
  [
    'replicas and an autoscaler',
    { ...postgres, replicas: 2, autoscaling: { enabled: true } },
    /exclude each other: leave replicas at null/,
  ],
  [
    'an autoscaler upside down',
    { ...postgres, autoscaling: { enabled: true, minReplicas: 7 } },
    /minReplicas 7 is more than autoscaling\.maxReplicas 6/,
  ],
  [
    'an autoscaler with nothing to go by',
    { ...postgres, autoscaling: { enabled: true, targetCPUUtilizationPercentage: null } },
    /needs something to go by/,
  ],
  [
    'an autoscaler by a percentage of nothing',
    { ...postgres, autoscaling: { enabled: true }, resources: { requests: { cpu: null } } },
    /percentage of resources\.requests\.cpu/,
  ],
  [
    'a budget of both kinds',
    { podDisruptionBudget: { minAvailable: 1 } },
    /exactly one of maxUnavailable and minAvailable/,
  ],
  [
    'a budget of no kind',
    { podDisruptionBudget: { maxUnavailable: null } },
    /exactly one of maxUnavailable and minAvailable/,
  ],
  [
    'a budget that lets nothing go',
    { podDisruptionBudget: { maxUnavailable: 0 } },
    /maxUnavailable 0 would block every node drain/,
  ],
  [
    'a budget that lets no percent go',
    { podDisruptionBudget: { maxUnavailable: '0%' } },
    /would block every node drain/,
  ],
  [
    'a budget that keeps every Pod',
    { podDisruptionBudget: { maxUnavailable: null, minAvailable: 1 } },
    /minAvailable 1 of 1 Pods would block/,
  ],
  [
    'a budget that keeps some percent of the only Pod, which is all of it',
    { podDisruptionBudget: { maxUnavailable: null, minAvailable: '10%' } },
    /minAvailable 10% of 1 Pods would block/,
  ],
  [
    'a budget that keeps all Pods in percent',
    { ...postgres, replicas: 3, podDisruptionBudget: { maxUnavailable: null, minAvailable: '100%' } },
    /minAvailable 100% of 3 Pods/,
  ],
  [
    'a budget that keeps the fewest Pods of an autoscaler',
    {
      ...postgres,
      autoscaling: { enabled: true },
      podDisruptionBudget: { maxUnavailable: null, minAvailable: 2 },
    },
    /minAvailable 2 of 2 Pods/,
  ],
  [
    'tenants from two places',
    { tenantsFolder: { existingSecret: 'a' }, kubeconfig: { existingSecret: 'b' } },
    /tenants come from one of them/,
  ],
  [
    'namespaces of a folder',
    { tenantsFolder: { existingSecret: 'a' }, watchNamespaces: ['b'] },
    /watchNamespaces has no effect/,
  ],
  [
    'labels of a folder',
    { tenantsFolder: { existingSecret: 'a' }, config: { secretLabelSelector: 'b' } },
    /config\.secretLabelSelector has no effect/,
  ],
  [
    'rights for everybody in the namespace',
    { serviceAccount: { create: false } },
    /would let every Pod of the namespace read the tenants' Secrets/,
  ],
  [
    'rights for the default ServiceAccount',
    { serviceAccount: { create: false, name: 'default' } },
    /would let every Pod/,
  ],
  ['one port for everything', { ports: { admin: 8080 } }, /must differ: the last two are not for the public/],
  ['an Ingress without hosts', { ingress: { enabled: true } }, /needs ingress\.hosts/],
  ['an HTTPRoute of no gateway', { httpRoute: { enabled: true } }, /needs httpRoute\.parentRefs/],
  [
    'a node port of a ClusterIP',
    { service: { nodePort: 30000 } },
    /has no effect with service\.type ClusterIP/,
  ],
  [
    'two monitors',
    { serviceMonitor: { enabled: true }, podMonitor: { enabled: true } },
    /every sample would count twice/,
  ],
  [
    'a ServiceMonitor of no Service',
    { serviceMonitor: { enabled: true }, adminService: { enabled: false } },
    /needs adminService\.enabled/,
  ],
  [
    'a grace that the drain outlives',
    { terminationGracePeriodSeconds: 25 },
    /more than preStopSleepSeconds and config\.drainMs together, 25 s/,
  ],
  [
    'a lease that a create outlives',
    { config: { leaseMs: 10499 } },
    /leaseMs must be at least 5 % more than config\.upstreamTimeoutMs/,
  ],
  [
    'a variable that a value sets',
    { extraEnv: [{ name: 'DRAIN_MS', value: '1' }] },
    /must not hold DRAIN_MS: it is set by its own value/,
  ],
  [
    'a variable that the chart sets',
    { extraEnv: [{ name: 'TENANTS_DIR', value: '/x' }] },
    /must not hold TENANTS_DIR/,
  ],
  [
    'a file of keys that the chart does not mount',
    { extraEnv: [{ name: 'LEDGER_KEY_FILE', value: '/x' }] },
    /must not hold LEDGER_KEY_FILE: it is set by its own value/,
  ],
  [
    'a variable that the gateway does not start with',
    { extraEnv: [{ name: 'OMNEO_GATEWAY_PORT', value: '1' }] },
    /have no prefix/,
  ],
];

/** Values that the schema refuses, each with the place that its message names. */
const malformed: readonly Refusal[] = [
  ['an unknown key', { replica: 1 }, /'replica' not allowed/],
  [
    'an unknown key further down',
    { ledger: { postgres: { url: 'postgres://x' } } },
    /at '\/ledger\/postgres'[^]*'url' not allowed/,
  ],
  ['a misspelled setting', { config: { drainMS: 1 } }, /at '\/config'[^]*'drainMS' not allowed/],
  ['a text for a number', { config: { drainMs: '20s' } }, /at '\/config\/drainMs'/],
  ['a fraction of a Pod', { replicas: 1.5 }, /at '\/replicas'/],
  ['fewer Pods than none', { replicas: -1 }, /at '\/replicas'/],
  ['an unknown ledger', { ledger: { type: 'mysql' } }, /at '\/ledger\/type'/],
  ['a volume of no size', { ledger: { sqlite: { size: 'large' } } }, /at '\/ledger\/sqlite\/size'/],
  [
    'a volume for many nodes',
    { ledger: { sqlite: { accessModes: ['ReadWriteMany'] } } },
    /at '\/ledger\/sqlite\/accessModes\/0'/,
  ],
  [
    'an unknown way of TLS',
    { ledger: { type: 'postgres', postgres: { existingSecret: 'db', sslMode: 'prefer' } } },
    /at '\/ledger\/postgres\/sslMode'/,
  ],
  ['an unknown level', { config: { logLevel: 'loud' } }, /at '\/config\/logLevel'/],
  [
    'a retention below that of Klaviyo',
    { config: { ledgerRetentionHours: 24 } },
    /at '\/config\/ledgerRetentionHours'/,
  ],
  ['a status that accepts nothing', { config: { acceptedStatus: 201 } }, /at '\/config\/acceptedStatus'/],
  [
    'parked webhooks for longer than a year',
    { config: { parkedRetentionDays: 366 } },
    /at '\/config\/parkedRetentionDays'/,
  ],
  ['no upstream host at all', { config: { upstreamHosts: [] } }, /at '\/config\/upstreamHosts'/],
  [
    'an upstream host with a scheme',
    { config: { upstreamHosts: ['https://a.example'] } },
    /at '\/config\/upstreamHosts\/0'/,
  ],
  ['a namespace twice', { watchNamespaces: ['a', 'a'] }, /at '\/watchNamespaces'/],
  ['a digest that is none', { image: { digest: 'latest' } }, /at '\/image\/digest'/],
  ['a privileged port', { ports: { webhooks: 80 } }, /at '\/ports\/webhooks'/],
  ['an unknown type of Service', { service: { type: 'ExternalName' } }, /at '\/service\/type'/],
  ['an unknown mode', { renderMode: 'sometimes' }, /at '\/renderMode'/],
  [
    'a probe by a handler of its own',
    { livenessProbe: { exec: { command: ['sh'] } } },
    /at '\/livenessProbe\/exec'/,
  ],
  ['a boolean as a label', { podLabels: { a: true } }, /at '\/podLabels\/a'/],
  ['a name that no Service may have', { fullnameOverride: 'team.gw' }, /at '\/fullnameOverride'/],
  ['a name that is too long for a label', { fullnameOverride: 'x'.repeat(53) }, /at '\/fullnameOverride'/],
  ['a name that no label may have', { nameOverride: 'the gateway' }, /at '\/nameOverride'/],
  ['a runbook that is no address', { prometheusRule: { runbookBaseURL: 'docs' } }, /at '\/prometheusRule/],
  [
    'an unknown mode of OpenShift',
    { global: { compatibility: { openshift: { adaptSecurityContext: 'yes' } } } },
    /at '\/global\/compatibility\/openshift/,
  ],
  ['a name of a Lease in capitals', { leaseName: 'Lease' }, /at '\/leaseName'/],
];

describe('the chart refuses', () => {
  before(async function () {
    await needTools(this, 'helm');
  });

  for (const [what, values, sentence] of [...impossible, ...malformed]) {
    it(what, async () => {
      const { code, stderr } = await template({ values });
      expect(code).to.equal(1);
      expect(stderr).to.match(sentence);
    });
  }

  it('several things at once, with a sentence for each', async () => {
    const { stderr } = await template({ values: { replicas: 2, ingress: { enabled: true } } });
    expect(stderr)
      .to.match(/replicas 2 needs/)
      .and.to.match(/needs ingress\.hosts/);
  });

  it('nothing that it says to do instead', async () => {
    for (const values of [
      postgres,
      { ...postgres, replicas: 2 },
      { ...postgres, autoscaling: { enabled: true } },
      {
        ...postgres,
        autoscaling: { enabled: true, targetCPUUtilizationPercentage: null, metrics: [{ type: 'Pods' }] },
      },
      { podDisruptionBudget: { maxUnavailable: '50%' } },
      { serviceAccount: { create: false, name: 'own' } },
      { serviceAccount: { create: false }, rbac: { create: false } },
      { terminationGracePeriodSeconds: 26 },
      { replicas: 1, updateStrategy: { type: 'Recreate' } },
      { ...memory, replicas: 1 },
      { ledger: { keySecret: { name: 'x' } } },
      { ledger: { ...postgres.ledger, keySecret: { name: 'x', key: 'y' } } },
      { podDisruptionBudget: { maxUnavailable: null, minAvailable: 0 } },
      // What is left of a Redis in the values of a release that moves.
      {
        ledger: { ...postgres.ledger, redis: { existingSecret: 'x' } },
        networkPolicy: { egress: { redis: { to: [], ports: [6379] } } },
      },
      { global: { anything: true } },
      { global: { compatibility: null } },
      { enabled: true },
      { ...postgres, podDisruptionBudget: { maxUnavailable: null, minAvailable: 2 } },
    ]) {
      const { code, stderr } = await template({ values });
      expect(code, stderr).to.equal(0);
    }
  });
});
