import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect } from 'chai';
import { parse } from 'yaml';
import { tenantJsonSchema } from '../../scripts/crdschema.ts';
import { generate, generateValidators } from '../../scripts/generate.ts';
import { isSlug, resolve } from '../../src/tenants/resolve.ts';
import { manifestParser } from '../../src/sources/folder/manifests.ts';
import type { JsonSchema } from '../../src/tenants/schema/schema.ts';
import { crdText, policy, schema, tenantIn } from './support.ts';

type Rule = { rule: string; message: string };
type Crd = {
  metadata: { name: string };
  spec: {
    group: string;
    names: { plural: string; shortNames: string[]; categories: string[] };
    versions: {
      subresources: object;
      selectableFields: { jsonPath: string }[];
      additionalPrinterColumns: { name: string; jsonPath: string; priority?: number }[];
      schema: { openAPIV3Schema: JsonSchema };
    }[];
  };
};

const { metadata, spec } = parse(crdText) as Crd;
const version = spec.versions[0]!;
const root = version.schema.openAPIV3Schema;

/** Every part of the schema with its path. */
function parts(part: JsonSchema, path = ''): [string, JsonSchema][] {
  const below = Object.entries(part.properties ?? {}).flatMap(([name, child]) =>
    parts(child, `${path}.${name}`),
  );
  return [[path, part], ...below, ...(part.items ? parts(part.items, `${path}[]`) : [])];
}

const all = parts(root);
const own = all.filter(([path]) => !['.apiVersion', '.kind', '.metadata'].includes(path));

describe('The CRD', () => {
  it('has the names that users and the chart know it by', () => {
    expect(metadata.name).to.equal('omneotenants.omneo.io');
    expect(spec.group).to.equal('omneo.io');
    expect(spec.names).to.deep.include({
      plural: 'omneotenants',
      shortNames: ['otn'],
      categories: ['omneo'],
    });
    expect(version.subresources).to.deep.equal({ status: {} });
    expect(version.selectableFields).to.deep.equal([{ jsonPath: '.spec.slug' }]);
  });

  it('shows Slug, Ready, Reason, Waiting, Parked, Path in wide output, and Age', () => {
    const columns = version.additionalPrinterColumns.map(({ name, priority = 0 }) => [name, priority]);
    expect(columns).to.deep.equal([
      ['Slug', 0],
      ['Ready', 0],
      ['Reason', 0],
      ['Waiting', 0],
      ['Parked', 0],
      ['Path', 1],
      ['Age', 0],
    ]);
  });

  it('describes every field, so that kubectl explain reads like documentation', () => {
    const mute = all.filter(
      ([path, { description = '' }]) => path !== '.metadata' && description.length < 10,
    );
    expect(mute.map(([path]) => path)).to.deep.equal([]);
  });

  it('bounds every text and every list, which the cost of CEL rests on', () => {
    const unbounded = own.filter(
      ([, part]) =>
        (part.type === 'array' && part['maxItems'] === undefined) ||
        (part.type === 'string' && !part.maxLength && !part.enum && part['format'] !== 'date-time'),
    );
    expect(unbounded.map(([path]) => path)).to.deep.equal([]);
  });

  it('is structural: every part has a type, and none takes unknown fields', () => {
    for (const [path, part] of all) {
      expect(part.type, path).to.be.a('string');
      expect(part, path).not.to.have.any.keys('additionalProperties', 'x-kubernetes-preserve-unknown-fields');
    }
  });

  it('gives an example for every pattern, and the example matches', () => {
    for (const [path, { pattern, example }] of all) {
      if (pattern === undefined || path.startsWith('.status')) continue;
      expect(example, path).to.be.a('string').and.to.match(new RegExp(pattern));
    }
  });

  it('has a message for every CEL rule', () => {
    const rules = all.flatMap(([, part]) => (part['x-kubernetes-validations'] ?? []) as Rule[]);
    expect(rules).to.have.length.above(10);
    for (const { rule, message } of rules) expect(message, rule).to.have.length.above(20);
  });

  it('means by a slug what the code means', () => {
    const [rule] = root['x-kubernetes-validations'] as Rule[];
    const pattern = new RegExp(/matches\('(.*)'\)/.exec(rule?.rule ?? '')?.[1] ?? 'none');
    for (const slug of [
      'a',
      'acme',
      'a-b',
      'a1',
      '-a',
      'a-',
      'A',
      '',
      'a.b',
      'a'.repeat(63),
      'a'.repeat(64),
    ]) {
      expect(pattern.test(slug), slug).to.equal(isSlug(slug));
    }
  });

  it('has no default inside of what is applied as a whole, since Argo CD would see a difference for ever', () => {
    const isAtomic = ({ type, ...part }: JsonSchema): boolean =>
      part['x-kubernetes-map-type'] === 'atomic' ||
      (type === 'array' && !['map', 'set'].includes(String(part['x-kubernetes-list-type'])));
    const atomic = all.filter(([, part]) => isAtomic(part));
    expect(atomic).to.have.length.above(2);
    const defaulted = atomic.flatMap(([path, part]) =>
      parts(part, path).flatMap(([below, { default: value }]) => (value === undefined ? [] : [below])),
    );
    expect(defaulted).to.deep.equal([]);
  });

  it('says in its description what the code fills in', () => {
    for (const [path, value] of [
      ['.spec.klaviyo.secretRefs[].key', 'webhook-secret'],
      ['.spec.klaviyo.rehearsalSecretRefs[].key', 'webhook-secret'],
      ['.spec.omneo.credentials.token.secretRef.key', 'token'],
    ] as const) {
      expect(new Map(all).get(path)?.description, path).to.contain(`It defaults to ${value}.`);
    }
  });

  it('tells a secret that rehearses by its list alone, which an older CRD prunes as a whole', () => {
    const fields = new Map(all);
    const [live, rehearsing] = ['secretRefs', 'rehearsalSecretRefs'].map(
      (list) => fields.get(`.spec.klaviyo.${list}`)?.items,
    );
    expect(rehearsing).to.be.an('object').and.to.deep.equal(live);
    expect(Object.keys(rehearsing?.properties ?? {})).to.deep.equal([
      'name',
      'key',
      'actions',
      'rewardDefinitions',
    ]);
  });

  it('leaves the mode of delivery to the ledger, and says in the status that counts are replaced as a whole', () => {
    const fields = new Map(all);
    expect(fields.get('.spec.delivery')).not.to.have.property('default');
    expect(fields.get('.spec.delivery.mode')).not.to.have.property('default');
    expect(fields.get('.spec.delivery.profileNotFound')).to.have.property('default', 'Reject');
    expect(fields.get('.spec.delivery.giveUpAfter')).to.have.property('default', '72h');
    expect(fields.get('.status.deliveries')).to.have.property('x-kubernetes-map-type', 'atomic');
  });

  it('starts with observedGeneration -1, so that tools wait for the first look', () => {
    expect(root.properties?.['status']?.['default']).to.deep.equal({ observedGeneration: -1 });
  });

  it('has the types generated from it checked in (npm run generate)', async () => {
    const checkedIn = readFileSync(
      new URL('../../src/tenants/schema/omneotenant.ts', import.meta.url),
      'utf8',
    );
    expect(checkedIn).to.equal(await generate(crdText));
  });

  it('has the code that checks by it checked in (npm run generate), and its schema is a sound one', () => {
    const checkedIn = readFileSync(
      new URL('../../src/tenants/schema/validators.js', import.meta.url),
      'utf8',
    );
    expect(checkedIn === generateValidators(crdText)).to.equal(true);
    const ajv = new Ajv({ strict: false, validateFormats: false });
    expect(ajv.validateSchema(tenantJsonSchema(crdText)), ajv.errorsText()).to.equal(true);
  });
});

describe('The examples', () => {
  const examples = new URL('../../examples/', import.meta.url);
  const parseFile = manifestParser(schema);
  for (const file of readdirSync(examples, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.yaml')) continue;
    it(`${file} has a tenant that resolves once its placeholders are filled in`, () => {
      const text = readFileSync(new URL(file, examples), 'utf8').replace(
        /<[^>]*>/g,
        'placeholder-placeholder',
      );
      const parsed = parseFile(text);
      if ('fault' in parsed) throw new Error(`${parsed.fault.line}: ${parsed.fault.message}`);
      const secrets = new Map(
        parsed.manifests.flatMap((each) => (each.kind === 'Secret' ? [[each.key, each.data]] : [])),
      );
      for (const each of parsed.manifests) {
        if (each.kind !== 'OmneoTenant') continue;
        const find = (name: string) => secrets.get(`${each.tenant.metadata.namespace ?? ''}/${name}`);
        tenantIn(resolve(each.tenant, find, { ...policy, allowInsecure: !file.startsWith('cluster') }));
      }
    });
  }
});
