import { expect } from 'chai';
import { operatorRules, reviewRules, viewerRules } from '../../src/sources/kubernetes/api/rules.ts';
import { at, type Manifest, render, template, type Values } from './chart.ts';
import { needTools } from './needs.ts';

const folder = { tenantsFolder: { existingSecret: 'tenants' } };
const admin = { ...folder, console: { adminTokenRef: { name: 'console' } } };
const memory = { ledger: { type: 'memory' } };
const off = { console: { enabled: false } };
const ingress = {
  console: { ingress: { enabled: true, hosts: ['console.example'], tls: [{ secretName: 'console-tls' }] } },
};
const signIn = {
  console: {
    url: 'https://console.example',
    oidc: { issuer: 'https://login.example', clientId: 'console', secretRef: { name: 'oidc' } },
  },
};
const role = 'ClusterRole/gw-omneo-gateway:loyalty';
const binding = 'ClusterRoleBinding/gw-omneo-gateway:loyalty';
const service = 'Service/gw-omneo-gateway-console';
const container = 'spec.template.spec.containers.0';
const env = `${container}.env`;

function find(manifests: readonly Manifest[], what: string): Manifest | undefined {
  return manifests.find(({ kind, metadata }) => what === `${kind}/${metadata.name}` || what === kind);
}

describe('the console of the chart', () => {
  before(async function () {
    await needTools(this, 'helm');
  });

  type Case = readonly [that: string, values: Values, what: string, path: string, expected: unknown];
  const cases: readonly Case[] = [
    ['has a port of its own', {}, 'Deployment', `${env}.[name=CONSOLE_PORT].value`, '8090'],
    [
      'has the port given',
      { ports: { console: 8091 } },
      'Deployment',
      `${env}.[name=CONSOLE_PORT].value`,
      '8091',
    ],
    [
      'shows that port',
      { ports: { console: 8091 } },
      'Deployment',
      `${container}.ports.[name=console].containerPort`,
      8091,
    ],
    ['is closed on demand', off, 'Deployment', `${env}.[name=CONSOLE_PORT].value`, 'off'],
    ['has no Service where it is closed', off, service, 'kind', undefined],
    ['has no Service where nothing is stored', memory, service, 'kind', undefined],
    ['has no Service where nobody can sign in', folder, service, 'kind', undefined],
    ['has a Service for the holder of the admin token', admin, service, 'kind', 'Service'],
    ['has a Service inside the cluster only', {}, service, 'spec.type', 'ClusterIP'],
    ['has a Service that leads to it', {}, service, 'spec.ports.0.targetPort', 'console'],
    ['has no Ingress as it comes', {}, 'Ingress', 'kind', undefined],
    ['has an Ingress on demand', ingress, 'Ingress', 'metadata.name', 'gw-omneo-gateway-console'],
    ['has an Ingress with TLS', ingress, 'Ingress', 'spec.tls', [{ secretName: 'console-tls' }]],
    [
      'is all that its Ingress leads to',
      ingress,
      'Ingress',
      'spec.rules.0.http.paths.0.backend.service',
      { name: 'gw-omneo-gateway-console', port: { name: 'console' } },
    ],
    ['may ask whose a token is, and what somebody may do', {}, `${role}:reviews`, 'rules', reviewRules],
    ['lets viewers look', {}, `${role}:deliveries-viewer`, 'rules', viewerRules],
    ['lets operators decide', {}, `${role}:deliveries-operator`, 'rules', operatorRules],
    [
      'has no role that those with view, edit or admin get by themselves',
      {},
      `${role}:deliveries-viewer`,
      'metadata.labels.rbac~authorization~k8s~io/aggregate-to-view',
      undefined,
    ],
    [
      'lets the Pod itself decide, for its command line',
      {},
      `${binding}:cli`,
      'roleRef.name',
      'gw-omneo-gateway:loyalty:deliveries-operator',
    ],
    ['does not on demand', { console: { cli: { enabled: false } } }, `${binding}:cli`, 'kind', undefined],
    [
      'lets the Pod decide in watched namespaces only',
      { watchNamespaces: ['a'] },
      'RoleBinding/gw-omneo-gateway:loyalty:cli',
      'metadata.namespace',
      'a',
    ],
    [
      'is let in by its NetworkPolicy from the cluster',
      { networkPolicy: { enabled: true } },
      'NetworkPolicy',
      'spec.ingress.2',
      { ports: [{ port: 'console', protocol: 'TCP' }], from: [{ namespaceSelector: {} }] },
    ],
    [
      'is not in the NetworkPolicy where it is closed',
      { ...off, networkPolicy: { enabled: true } },
      'NetworkPolicy',
      'spec.ingress.2',
      undefined,
    ],
    [
      'reads the admin token from a file',
      admin,
      'Deployment',
      `${env}.[name=ADMIN_TOKEN_FILE].value`,
      '/etc/omneo-gateway/console/admin-token/token',
    ],
    [
      'has that file from its Secret',
      admin,
      'Deployment',
      'spec.template.spec.volumes.[name=console-admin-token].secret.secretName',
      'console',
    ],
    [
      'reads the secret of its client from a file',
      signIn,
      'Deployment',
      `${env}.[name=OIDC_CLIENT_SECRET_FILE].value`,
      '/etc/omneo-gateway/console/oidc/client-secret',
    ],
    ['knows the provider', signIn, 'Deployment', `${env}.[name=OIDC_ISSUER].value`, 'https://login.example'],
    ['knows its own URL', signIn, 'Deployment', `${env}.[name=CONSOLE_URL].value`, 'https://console.example'],
    ['leaves claims to the gateway', signIn, 'Deployment', `${env}.[name=OIDC_USER_CLAIM]`, undefined],
    [
      'knows the URL of webhooks',
      { console: { publicURL: 'https://hooks.example' } },
      'Deployment',
      `${env}.[name=PUBLIC_URL].value`,
      'https://hooks.example',
    ],
  ];
  for (const [that, values, what, path, expected] of cases)
    it(that, async () => {
      expect(at(find(await render({ values }), what), path)).to.deep.equal(expected);
    });

  it('has no rule of its own where it is closed, or where another has to give it', async () => {
    for (const values of [off, memory, folder, { kubeconfig: { existingSecret: 'other' } }]) {
      const names = (await render({ values }))
        .filter(({ apiVersion }) => apiVersion.startsWith('rbac.'))
        .map(({ metadata }) => metadata.name);
      expect(names.filter((name) => /:(reviews|cli|deliveries-\w+)$/.test(name))).to.deep.equal([]);
    }
  });

  const refused: readonly (readonly [what: string, values: Values, sentence: string])[] = [
    ['a port that is taken', { ports: { console: 9090 } }, 'ports.admin and ports.console must differ'],
    ['an Ingress without hosts', { console: { ingress: { enabled: true } } }, 'needs console.ingress.hosts'],
    ['an Ingress to nothing', { ...memory, ...ingress }, 'console.ingress.enabled needs a console'],
    [
      'an admin token beside Kubernetes',
      { console: { adminTokenRef: { name: 'console' } } },
      'console.adminTokenRef goes with tenantsFolder.existingSecret only',
    ],
    [
      'groups beside Kubernetes',
      { console: { oidc: { viewers: ['support'] } } },
      'go with tenantsFolder.existingSecret only',
    ],
    [
      'a provider that does not know the console',
      { console: { oidc: { issuer: 'https://login.example' } } },
      'needs console.oidc.clientId and console.url',
    ],
    ['a provider for nobody', { ...folder, ...signIn }, 'nobody who signs in may do anything'],
    [
      'a client without a provider',
      { console: { oidc: { clientId: 'console' } } },
      'without console.oidc.issuer',
    ],
  ];
  for (const [what, values, sentence] of refused)
    it(`is refused with ${what}`, async () => {
      const { code, stderr } = await template({ values });
      expect(code).not.to.equal(0);
      expect(stderr.replaceAll(/\s+/g, ' ')).to.contain(sentence);
    });
});
