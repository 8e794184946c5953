import { expect } from 'chai';
import { at } from './chart.ts';
import { startCluster, type Cluster } from './cluster.ts';
import { cases, complaints } from './crdcases.ts';
import { celRules, complaintOfCode, rulesOf, schema, specParts, tenantWith } from './crdschema.ts';
import { install, tenant, type Manifest } from './gateway.ts';
import { needTools } from './needs.ts';
import { adminApi, type Api } from './operatorapi.ts';

const shape = new Map(specParts);
const wrongType: Readonly<Record<string, unknown>> = {
  string: 7,
  boolean: 'yes',
  integer: 'many',
  number: 'much',
  object: 'text',
  array: 'text',
};

/** What a message of the API server has to say of this rule of the field at this path. */
function complaint(path: string, rule: string): RegExp | string {
  const cel = celRules(shape.get(path) ?? {})[Number(rule)];
  return cel?.message ?? complaints[rule] ?? `a complaint about ${rule}`;
}

describe('the rules of the CRD, on the API server and in code', () => {
  let cluster: Cluster;
  let api: Api;

  before(async function () {
    await needTools(this, 'etcd', 'kube-apiserver', 'kubectl');
    cluster = await startCluster();
    await install(cluster);
    api = await adminApi(cluster);
  });

  after(async () => {
    await (api as Api | undefined)?.close();
    await (cluster as Cluster | undefined)?.stop();
  });

  const dryRun = (manifest: Manifest) => api.apply(manifest, '&dryRun=All&fieldValidation=Strict');

  async function expectRefused(manifest: Manifest, path: string, says: RegExp | string): Promise<void> {
    const title = `${path}: ${JSON.stringify(manifest['spec'])}`;
    const { status, body } = await dryRun(manifest);
    // For a document that it cannot even merge the API server has 500.
    expect(status, title).to.be.oneOf([400, 422, 500]);
    if (typeof says === 'string') expect(body.message, title).to.contain(says);
    else expect(body.message, title).to.match(says);
    expect(complaintOfCode(manifest), `code takes ${title}`).to.be.a('string');
  }

  async function expectAccepted(manifest: Manifest): Promise<void> {
    const { status, body } = await dryRun(manifest);
    expect(status, body.message).to.be.oneOf([200, 201]);
    expect(complaintOfCode(manifest)).to.equal(undefined);
  }

  it('are all in the table', () => {
    const tabled = Object.entries(cases).flatMap(([path, { refused }]) =>
      Object.keys(refused).map((rule) => `${path} ${rule}`),
    );
    const real = specParts.flatMap(([path, part]) => rulesOf(path, part).map((rule) => `${path} ${rule}`));
    expect(tabled).to.have.members(real);
  });

  for (const [path, { refused, accepted }] of Object.entries(cases)) {
    it(`on ${path}`, async () => {
      for (const [rule, values] of Object.entries(refused)) {
        for (const value of values) await expectRefused(tenantWith(path, value), path, complaint(path, rule));
      }
      for (const value of accepted) await expectAccepted(tenantWith(path, value));
    });
  }

  it('on the type of each field', async () => {
    for (const [path, { type = '' }] of specParts) {
      await expectRefused(tenantWith(path, wrongType[type]), path, /must be of type|must be an? |expected/);
    }
  });

  it('on fields that do not exist, a namespace for a Secret above all', async () => {
    for (const path of [
      'spec.klaviyo.secretRefs.0.namespace',
      'spec.klaviyo.rehearsalSecretRefs.0.namespace',
      'spec.omneo.credentials.token.secretRef.namespace',
    ]) {
      await expectRefused(tenantWith(path, 'other'), path, /unknown field|field not declared/);
    }
  });

  it('have the API server write nothing into what is applied as a whole', async () => {
    for (const [path, value] of [
      ['spec.klaviyo.secretRefs', [{ name: 'a' }, { name: 'b', key: 'next' }]],
      ['spec.klaviyo.rehearsalSecretRefs', [{ name: 'a' }]],
      ['spec.omneo.credentials.token.secretRef', { name: 'a' }],
      ['spec.omneo.credentials.oauth.secretRef', { name: 'a' }],
    ] as const) {
      const { status, body } = await dryRun(tenantWith(path, value));
      expect(status, body.message).to.be.oneOf([200, 201]);
      expect(at(body, path), path).to.deep.equal(value);
    }
  });

  describe('on the slug', () => {
    const [form, immutable] = celRules(schema);
    const named = (name: string, spec: object = {}) =>
      tenant(name, { baseURL: 'https://api.acme.getomneo.com', spec: { ...spec } });

    it('its form, be it given or the name', async () => {
      for (const slug of ['-a', 'a-', 'A', 'a.b', '']) {
        await expectRefused(tenantWith('spec.slug', slug), 'spec.slug', form?.message ?? '');
      }
      await expectRefused(named('a.b'), 'metadata.name', form?.message ?? '');
      await expectAccepted(named('a.b', { slug: 'a-b' }));
    });

    it('that it stays', async () => {
      for (const manifest of [named('kept', { slug: 'one' }), named('default')]) await api.apply(manifest);
      const changes = [named('kept', { slug: 'two' }), named('kept'), named('default', { slug: 'other' })];
      for (const manifest of changes) {
        const { status, body } = await api.apply(manifest);
        expect(status).to.equal(422);
        expect(body.message).to.contain(immutable?.message);
      }
      const same = [named('kept', { slug: 'one', suspend: true }), named('default', { slug: 'default' })];
      for (const manifest of same) expect((await api.apply(manifest)).status).to.equal(200);
    });
  });
});
