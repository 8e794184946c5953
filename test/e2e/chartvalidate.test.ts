import { expect } from 'chai';
import { template, type Values } from './chart.ts';
import { needTools } from './needs.ts';

const redis = { ledger: { type: 'redis', redis: { existingSecret: 'redis' } } };

type Refusal = readonly [what: string, values: Values, sentence: RegExp];

/** Mixes of values that are each fine by themselves. */
const impossible: readonly Refusal[] = [
  ['several Pods with the memory ledger', { replicas: 2 }, /replicas 2 needs a ledger that Pods share/],
  [
    'an autoscaler with the memory ledger',
    { autoscaling: { enabled: true } },
    /autoscaling\.enabled needs a ledger that Pods share/,
  ],
  ['Redis without its URL', { ledger: { type: 'redis' } }, /set ledger\.redis\.existingSecret/],
  [
    'a Redis URL with the memory ledger',
    { ledger: { redis: { existingSecret: 'x' } } },
    /has no effect with ledger\.type memory/,
  ],
  [
    'a rolling update with the memory ledger',
    { updateStrategy: { type: 'RollingUpdate' } },
    /lets two Pods run at once/,
  ],
  [
    'replicas and an autoscaler',
    { ...redis, replicas: 2, autoscaling: { enabled: true } },
    /exclude each other: leave replicas at null/,
  ],
  [
    'an autoscaler upside down',
    { ...redis, autoscaling: { enabled: true, minReplicas: 7 } },
    /minReplicas 7 is more than autoscaling\.maxReplicas 6/,
  ],
  [
    'an autoscaler with nothing to go by',
    { ...redis, autoscaling: { enabled: true, targetCPUUtilizationPercentage: null } },
    /needs something to go by/,
  ],
  [
    'an autoscaler by a percentage of nothing',
    { ...redis, autoscaling: { enabled: true }, resources: { requests: { cpu: null } } },
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
    'a budget that keeps all Pods in percent',
    { ...redis, replicas: 3, podDisruptionBudget: { maxUnavailable: null, minAvailable: '100%' } },
    /minAvailable 100% of 3 Pods/,
  ],
  [
    'a budget that keeps the fewest Pods of an autoscaler',
    {
      ...redis,
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
  [
    'one port for everything',
    { ports: { admin: 8080 } },
    /must differ: probes and metrics are not for the public/,
  ],
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
    { ledger: { redis: { url: 'redis://x' } } },
    /at '\/ledger\/redis'[^]*'url' not allowed/,
  ],
  ['a misspelled setting', { config: { drainMS: 1 } }, /at '\/config'[^]*'drainMS' not allowed/],
  ['a text for a number', { config: { drainMs: '20s' } }, /at '\/config\/drainMs'/],
  ['a fraction of a Pod', { replicas: 1.5 }, /at '\/replicas'/],
  ['fewer Pods than none', { replicas: -1 }, /at '\/replicas'/],
  ['an unknown ledger', { ledger: { type: 'postgres' } }, /at '\/ledger\/type'/],
  ['an unknown level', { config: { logLevel: 'loud' } }, /at '\/config\/logLevel'/],
  [
    'a retention below that of Klaviyo',
    { config: { ledgerRetentionHours: 24 } },
    /at '\/config\/ledgerRetentionHours'/,
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
      redis,
      { ...redis, replicas: 2 },
      { ...redis, autoscaling: { enabled: true } },
      {
        ...redis,
        autoscaling: { enabled: true, targetCPUUtilizationPercentage: null, metrics: [{ type: 'Pods' }] },
      },
      { podDisruptionBudget: { maxUnavailable: '50%' } },
      { serviceAccount: { create: false, name: 'own' } },
      { serviceAccount: { create: false }, rbac: { create: false } },
      { terminationGracePeriodSeconds: 26 },
      { replicas: 1, updateStrategy: { type: 'Recreate' } },
      { global: { anything: true } },
      { global: { compatibility: null } },
      { enabled: true },
      { ...redis, podDisruptionBudget: { maxUnavailable: null, minAvailable: 2 } },
    ]) {
      const { code, stderr } = await template({ values });
      expect(code, stderr).to.equal(0);
    }
  });
});
