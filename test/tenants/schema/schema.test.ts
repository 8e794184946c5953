import { Ajv } from 'ajv';
import { expect } from 'chai';
import { tenantJsonSchema } from '../../../scripts/crdschema.ts';
import { ajvOptions } from '../../../scripts/validators.ts';
import { type Check, type JsonSchema, checkBy } from '../../../src/tenants/schema/schema.ts';
import { crdText, omneoTenant, schema } from '../support.ts';

function compileCheck(schema: JsonSchema): Check<unknown> {
  return checkBy(new Ajv(ajvOptions).compile(schema));
}

function messages(document: unknown): string[] {
  const checked = schema(document);
  return 'violations' in checked ? checked.violations.map(({ message }) => message) : [];
}

/** The minimal tenant with one field set, by its path. */
function withField(path: string, value: unknown): unknown {
  const document: unknown = structuredClone(omneoTenant());
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  let at = document as Record<string, unknown>;
  for (const step of steps) at = (at[step] ??= {}) as Record<string, unknown>;
  if (value === undefined) Reflect.deleteProperty(at, last);
  else at[last] = value;
  return document;
}

describe('The schema', () => {
  it('takes the minimal tenant, fills defaults in and leaves the original as it was', () => {
    const original = omneoTenant({ rewards: {} });
    const checked = schema(original);
    expect('value' in checked && checked.value.spec).to.deep.equal({
      suspend: false,
      omneo: { credentials: { token: { secretRef: { name: 'acme-omneo' } } } },
      klaviyo: {
        secretRefs: [{ name: 'acme-klaviyo' }],
        identityHandle: 'klaviyo',
        identifiers: 'both',
      },
      rewards: { timezone: 'UTC' },
    });
    expect(original).to.deep.equal(omneoTenant({ rewards: {} }));
  });

  const long = 'x'.repeat(600);
  const cases: [path: string, value: unknown, message: string][] = [
    [
      'spec.klaviyo.secretRefs.0.nam',
      'hush',
      'spec.klaviyo.secretRefs[0].nam is not a field; did you mean name?',
    ],
    ['spec.omneo.baseUrl', 'hush', 'spec.omneo.baseUrl is not a field; did you mean baseURL?'],
    ['spec.supsend', true, 'spec.supsend is not a field; did you mean suspend?'],
    [
      'spec.colour',
      'hush',
      'spec.colour is not a field; known are slug, suspend, omneo, klaviyo, rewards, limits, delivery',
    ],
    [
      'spec.constructor',
      'hush',
      'spec.constructor is not a field; known are slug, suspend, omneo, klaviyo, rewards, limits, delivery',
    ],
    [
      'spec.klaviyo.secretRefs.0.namespace',
      'hush',
      'spec.klaviyo.secretRefs[0].namespace is not a field; known are name, key, actions, rewardDefinitions',
    ],
    ['data', { a: 'hush' }, 'data is not a field; known are apiVersion, kind, metadata, spec, status'],
    ['apiVersion', 'omneo.io/v1', 'apiVersion must be omneo.io/v1alpha1'],
    ['kind', 'Hush', 'kind must be OmneoTenant'],
    ['metadata', undefined, 'metadata is missing'],
    ['metadata.name', undefined, 'metadata.name is missing'],
    ['metadata.name', 'Hush', 'metadata.name must look like acme (pattern ^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$)'],
    ['spec', undefined, 'spec is missing'],
    ['spec', 'hush', 'spec must be a map of fields'],
    ['spec.suspend', null, 'spec.suspend must be true or false'],
    ['spec.suspend', 'yes', 'spec.suspend must be true or false'],
    ['spec.slug', 42, 'spec.slug must be text (put it in quotes)'],
    ['spec.slug', 'x'.repeat(64), 'spec.slug must have at most 63 characters'],
    ['spec.omneo.credentials', undefined, 'spec.omneo.credentials is missing'],
    [
      'spec.omneo.credentials.token.secretRef.name',
      '',
      'spec.omneo.credentials.token.secretRef.name must not be empty',
    ],
    ['spec.omneo.baseURL', long, 'spec.omneo.baseURL must have at most 512 characters'],
    ['spec.klaviyo.secretRefs', [], 'spec.klaviyo.secretRefs must not be empty'],
    ['spec.klaviyo.secretRefs', 'hush', 'spec.klaviyo.secretRefs must be a list'],
    [
      'spec.klaviyo.secretRefs',
      [1, 2, 3, 4, 5].map((n) => ({ name: `s${n}` })),
      'spec.klaviyo.secretRefs must have at most 4 entries',
    ],
    [
      'spec.klaviyo.rehearsalSecretRefs',
      [1, 2, 3, 4, 5].map((n) => ({ name: `s${n}` })),
      'spec.klaviyo.rehearsalSecretRefs must have at most 4 entries',
    ],
    ['spec.klaviyo.identifiers', 'hush', 'spec.klaviyo.identifiers must be one of both, any'],
    [
      'spec.rewards.expiresAfter',
      '30 days',
      'spec.rewards.expiresAfter must look like 30d (pattern ^[1-9][0-9]{0,3}[hdw]$)',
    ],
    ['spec.omneo.callsPerMinute', '1000 hush', 'spec.omneo.callsPerMinute must be a whole number'],
    ['spec.omneo.callsPerMinute', 1.5, 'spec.omneo.callsPerMinute must be a whole number'],
    ['spec.omneo.callsPerMinute', 0, 'spec.omneo.callsPerMinute must be at least 1'],
    ['spec.omneo.callsPerMinute', 100_001, 'spec.omneo.callsPerMinute must be at most 100000'],
    ['spec.delivery.mode', 'hush', 'spec.delivery.mode must be one of Durable, Synchronous'],
    ['spec.delivery.profileNotFound', 'hush', 'spec.delivery.profileNotFound must be one of Reject, Wait'],
    [
      'spec.delivery.giveUpAfter',
      '30 days',
      'spec.delivery.giveUpAfter must look like 72h (pattern ^[1-9][0-9]{0,3}[hdw]$)',
    ],
    ['status.observedGeneration', 'hush', 'status.observedGeneration must be a whole number'],
  ];
  for (const [path, value, message] of cases) {
    it(`says: ${message}`, () => {
      expect(messages(withField(path, value))).to.include(message);
      expect(messages(withField(path, value)).join()).not.to.match(/hush|30 days|yes/i);
    });
  }

  it('reports every violation at once', () => {
    expect(messages({ apiVersion: 'x', kind: 'y', spec: {} })).to.have.members([
      'metadata is missing',
      'apiVersion must be omneo.io/v1alpha1',
      'kind must be OmneoTenant',
      'spec.omneo is missing',
      'spec.klaviyo is missing',
    ]);
  });

  for (const document of [null, undefined, 5, 'hush', []]) {
    it(`refuses ${JSON.stringify(document)} for a document`, () => {
      expect(messages(document)).to.deep.equal(['The document must be a map of fields']);
    });
  }

  it('takes what the API server adds: managed fields, and a status', () => {
    expect(messages(withField('metadata.managedFields', [{}]))).to.deep.equal([]);
    expect(messages(withField('status.path', '/acme'))).to.deep.equal([]);
  });

  it('names a rule that it has no sentence for', () => {
    const checked = compileCheck({ type: 'object', properties: { n: { type: 'integer', multipleOf: 3 } } })({
      n: 1,
    });
    expect('violations' in checked && checked.violations[0]?.message).to.equal(
      'n breaks the schema\'s rule "multipleOf"',
    );
  });

  it('says how many of a list there must be', () => {
    const checked = compileCheck({ type: 'array', minItems: 2 })([1]);
    expect('violations' in checked && checked.violations[0]?.message).to.match(/at least 2 entries$/);
  });

  it('shows a pattern by itself where there is no example of it', () => {
    const checked = compileCheck({ type: 'string', pattern: '^a$' })('hush');
    expect('violations' in checked && checked.violations[0]?.message).to.equal('The document must match ^a$');
  });

  it('cannot be made from a CRD without a version', () => {
    expect(() => tenantJsonSchema(crdText.replace(/ {2}versions:[^]*/, '  versions: []\n'))).to.throw(
      'no version',
    );
  });
});
