import { expect } from 'chai';
import { startCluster, type Cluster } from './cluster.ts';
import { parts, schema } from './crdschema.ts';
import { apply, install, tenant } from './gateway.ts';
import { needTools } from './needs.ts';

const baseURL = 'https://api.acme.getomneo.com';

describe('an OmneoTenant in kubectl', () => {
  let cluster: Cluster;

  before(async function () {
    await needTools(this, 'etcd', 'kube-apiserver', 'kubectl');
    cluster = await startCluster();
    await install(cluster);
    await apply(cluster, [
      tenant('acme', { baseURL, spec: { slug: 'acme-shop' } }),
      tenant('bloom', { baseURL, spec: { slug: 'bloom' } }),
    ]);
  });

  after(async () => {
    await (cluster as Cluster | undefined)?.stop();
  });

  async function kubectl(...args: string[]): Promise<string> {
    const { stdout, stderr, code } = await cluster.kubectl([...args, '-n', 'loyalty']);
    expect(code, stderr).to.equal(0);
    return stdout;
  }

  async function setStatus(status: object): Promise<void> {
    const patch = ['--subresource=status', '--type=merge', '-p', JSON.stringify({ status })];
    await kubectl('patch', 'otn/acme', ...patch);
  }

  it('is explained, every field of it', async () => {
    const objects = parts(schema, 'omneotenant').filter(
      ([, { properties, items }]) => properties ?? items?.properties,
    );
    for (const [path, part] of objects) {
      const text = await kubectl('explain', path.replaceAll('.0', ''));
      expect(text, path).to.match(/^DESCRIPTION:\n {4}\S/m);
      const fields = text.slice(text.indexOf('FIELDS:'));
      expect(fields, path).to.not.match(/<no description>/);
      for (const name of Object.keys((part.items ?? part).properties ?? {})) {
        expect(fields, path).to.match(new RegExp(`^  ${name}\\t<.*(\\n  enum: .*)?\\n {4}\\S`, 'm'));
      }
    }
  });

  it('shows nothing as known before a gateway has looked at it', async () => {
    expect(await kubectl('get', 'otn/acme', '-o', 'jsonpath={.status}')).to.equal(
      '{"observedGeneration":-1}',
    );
  });

  it('is listed with its columns, which are more with -o wide', async () => {
    const path = '/acme-shop/api/v1/webhooks/klaviyo/rewards';
    const lastTransitionTime = '2026-01-01T00:00:00Z';
    const ready = {
      type: 'Ready',
      status: 'False',
      reason: 'Suspended',
      message: 'Set it to false.',
      lastTransitionTime,
    };
    const deliveries = { waiting: 12, parked: 3, oldestWaiting: lastTransitionTime };
    await setStatus({ observedGeneration: 1, slug: 'acme-shop', path, deliveries, conditions: [ready] });
    const [heads, acme] = (await kubectl('get', 'otn')).split('\n');
    expect(heads).to.match(/^NAME +SLUG +READY +REASON +WAITING +PARKED +AGE$/);
    expect(acme).to.match(/^acme +acme-shop +False +Suspended +12 +3 +\d+s$/);
    const [wideHeads, wide] = (await kubectl('get', 'otn', '-o', 'wide')).split('\n');
    expect(wideHeads).to.match(/^NAME +SLUG +READY +REASON +WAITING +PARKED +PATH +AGE$/);
    expect(wide).to.contain(path);
  });

  it('is waited for by its condition', async () => {
    const waiting = kubectl('wait', '--for=condition=Ready', 'otn/acme', '--timeout=20s');
    const lastTransitionTime = '2026-01-01T00:00:01Z';
    const ready = { type: 'Ready', status: 'True', reason: 'Ready', message: 'Served.', lastTransitionTime };
    await setStatus({ conditions: [ready] });
    expect(await waiting).to.equal('omneotenant.omneo.io/acme condition met\n');
  });

  it('is found by its short name, its category and its slug', async () => {
    const both = 'omneotenant.omneo.io/acme\nomneotenant.omneo.io/bloom\n';
    expect(await kubectl('get', 'otn', '-o', 'name')).to.equal(both);
    expect(await kubectl('get', 'omneo', '-o', 'name')).to.equal(both);
    const bySlug = await kubectl('get', 'otn', '--field-selector=spec.slug=acme-shop', '-o', 'name');
    expect(bySlug).to.equal('omneotenant.omneo.io/acme\n');
  });

  it('is refused with the sentence that says what to change', async () => {
    const { stderr, code } = await cluster.kubectl(['apply', '--server-side', '-f', '-'], {
      input: JSON.stringify(
        tenant('acme', { baseURL: 'http://api.acme.getomneo.com', spec: { slug: 'acme-shop' } }),
      ),
    });
    expect(code).to.equal(1);
    expect(stderr).to.contain('spec.omneo.baseURL').and.contain('must start with https://');
  });
});
