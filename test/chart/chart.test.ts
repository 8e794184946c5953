import { readFile, readdir } from 'node:fs/promises';
import { expect } from 'chai';
import { parse } from 'yaml';
import {
  crdTemplate,
  generateChart,
  leavesOf,
  schemaText,
  type Value,
  valuesOf,
} from '../../scripts/chart.ts';
import { settings } from '../../src/config/config.ts';
import {
  homeRules,
  operatorRules,
  reviewRules,
  viewerRules,
  watchRules,
} from '../../src/sources/kubernetes/api/rules.ts';

const root = new URL('../../', import.meta.url);
const chart = new URL('charts/omneo-gateway/', root);

const read = (path: string, base = chart): Promise<string> => readFile(new URL(path, base), 'utf8');

/** Variables that values set under a name of their own, by the value that sets each. */
const named: Readonly<Record<string, string>> = {
  PORT: 'ports.webhooks',
  ADMIN_PORT: 'ports.admin',
  CONSOLE_PORT: 'ports.console',
  CONSOLE_URL: 'console.url',
  PUBLIC_URL: 'console.publicURL',
  ADMIN_TOKEN_FILE: 'console.adminTokenRef.name',
  SESSION_KEY_FILE: 'console.sessionKeyRef.name',
  OIDC_ISSUER: 'console.oidc.issuer',
  OIDC_CLIENT_ID: 'console.oidc.clientId',
  OIDC_CLIENT_SECRET_FILE: 'console.oidc.secretRef.name',
  OIDC_SCOPES: 'console.oidc.scopes',
  OIDC_USER_CLAIM: 'console.oidc.userClaim',
  OIDC_GROUPS_CLAIM: 'console.oidc.groupsClaim',
  OIDC_USER_PREFIX: 'console.oidc.userPrefix',
  OIDC_GROUPS_PREFIX: 'console.oidc.groupsPrefix',
  OIDC_VIEWERS: 'console.oidc.viewers',
  OIDC_OPERATORS: 'console.oidc.operators',
  TENANTS_DIR: 'tenantsFolder.existingSecret',
  KUBECONFIG: 'kubeconfig.existingSecret',
  LEASE_NAME: 'leaseName',
  WATCH_NAMESPACES: 'watchNamespaces',
  LEDGER_URL: 'ledger.type',
  LEDGER_KEY_FILE: 'ledger.keySecret.name',
  SUSPEND_ALL_FILE: 'suspendAll',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'tracing.endpoint',
  OTEL_TRACES_SAMPLER: 'tracing.sampler',
  OTEL_TRACES_SAMPLER_ARG: 'tracing.samplerArg',
  OTEL_SERVICE_NAME: 'tracing.serviceName',
  OTEL_RESOURCE_ATTRIBUTES: 'tracing.resourceAttributes',
};

/** Variables that only the Pod itself can know, and other ways to say what a value says. */
const withoutValue = [
  ...['POD_NAME', 'POD_NAMESPACE'],
  ...['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_TRACES_EXPORTER', 'OTEL_SDK_DISABLED'],
];

const asText = (initial: unknown): string => (Array.isArray(initial) ? initial.join(',') : String(initial));

describe('The chart', () => {
  let values: readonly Value[];
  let leaves: readonly Value[];

  before(async () => {
    values = valuesOf(await read('values.yaml'));
    leaves = leavesOf(values);
  });

  it('has its generated files checked in (node scripts/chart.ts)', async () => {
    for (const [path, text] of await generateChart()) expect(await read(path, root), path).to.equal(text);
  });

  it('has a schema that refuses unknown keys on every level that it describes', () => {
    const open = (part: Value): string[] => [
      ...(part.children && part.schema['additionalProperties'] !== false ? [part.path] : []),
      ...(part.children ?? []).flatMap(open),
    ];
    expect(JSON.parse(schemaText(values))).to.have.property('additionalProperties', false);
    expect(values.flatMap(open)).to.deep.equal([]);
  });

  it('has a type, or what may stand there, for every value', () => {
    const untyped = leaves.filter(({ schema }) => !('type' in schema) && !('enum' in schema));
    expect(untyped.map(({ path }) => path)).to.deep.equal([]);
  });

  it('has a value for every variable of the gateway', () => {
    const paths = leaves.map(({ path }) => path);
    for (const [name, { variable }] of Object.entries(settings)) {
      if (withoutValue.includes(variable)) continue;
      // `ledgerURL` and its like are not of the form that the template turns into a variable.
      expect(paths, variable).to.include(named[variable] ?? `config.${name}`);
    }
  });

  it('has no value in config that is no variable of the gateway', () => {
    const names = new Set<string>(Object.keys(settings));
    const strangers = leaves.filter(
      ({ path }) => path.startsWith('config.') && !names.has(path.slice('config.'.length)),
    );
    expect(strangers.map(({ path }) => path)).to.deep.equal([]);
  });

  it('has the defaults of the gateway in config, and takes of each only what the gateway takes', () => {
    const byName = new Map<string, { initial: string; parse: (text: string) => unknown }>(
      Object.entries(settings),
    );
    for (const { path, initial, schema } of leaves) {
      const setting = byName.get(path.replace(/^config\./, ''));
      if (!path.startsWith('config.') || !setting) continue;
      expect(asText(initial), path).to.equal(setting.initial);
      const { minimum, maximum } = schema as { minimum?: number; maximum?: number };
      if (minimum === undefined || maximum === undefined) continue;
      for (const edge of [minimum, maximum]) expect(setting.parse(String(edge)), path).to.equal(edge);
      for (const beyond of [minimum - 1, maximum + 1]) {
        expect(() => setting.parse(String(beyond)), `${path} ${beyond}`).to.throw('whole number');
      }
    }
  });

  it('turns the names in config into those of the variables', () => {
    const snakecase = (name: string): string => name.replaceAll(/[A-Z]/g, '_$&').toUpperCase();
    for (const [name, { variable }] of Object.entries(settings)) {
      if (variable in named || variable.startsWith('OTEL_')) continue;
      expect(snakecase(name)).to.equal(variable);
    }
  });

  it('has the CRD of crds/, and adds labels and the resource policy only', async () => {
    const text = await read('crds/omneotenants.omneo.io.yaml', root);
    const rendered = (await read('templates/crd.yaml'))
      .split('\n')
      .filter((line) => !line.includes('{{') && !/^ {2}(labels|annotations):$/.test(line))
      .filter((line) => !line.includes('helm.sh/resource-policy'));
    expect(parse(rendered.join('\n'))).to.deep.equal(parse(text));
  });

  it('refuses a CRD that a template would change', () => {
    expect(() => crdTemplate('metadata:\n  name: x\nspec: "{{ oops }}"\n')).to.throw('{{');
    expect(() => crdTemplate('kind: x\n')).to.throw('no metadata');
  });

  it('has the rules of src/sources/kubernetes/api/rules.ts, with the name of its own Lease', async () => {
    const text = await read('templates/_rules.tpl');
    const rules = [...text.matchAll(/define "omneo-gateway\.(\w+)" -}}\n([^]*?){{- end }}/g)].map(
      ([, name, body = '']) => [name, parse(body.replace(/{{ include .* }}/, 'the-lease')) as unknown],
    );
    expect(rules).to.deep.equal([
      ['watchRules', watchRules],
      ['homeRules', homeRules('the-lease')],
      ['reviewRules', reviewRules],
      ['viewerRules', viewerRules],
      ['operatorRules', operatorRules],
    ]);
  });

  it('is of the version of the gateway', async () => {
    const { version } = JSON.parse(await read('package.json', root)) as { version: string };
    const { appVersion } = parse(await read('Chart.yaml')) as { appVersion: string };
    expect(appVersion).to.equal(version);
    expect(await read('Dockerfile', root)).to.contain(`ARG VERSION=${version}\n`);
  });

  it('has every value set by some file in ci/', async () => {
    const files = (await readdir(new URL('ci/', chart))).map((name) => read(`ci/${name}`));
    const all = (await Promise.all(files)).map((text) => parse(text) as unknown);
    const has = (tree: unknown, keys: string[]): boolean =>
      keys.length === 0 ||
      (typeof tree === 'object' &&
        tree !== null &&
        keys[0]! in tree &&
        has((tree as Record<string, unknown>)[keys[0]!], keys.slice(1)));
    const unset = leaves.filter(({ path }) => !all.some((tree) => has(tree, path.split('.'))));
    expect(unset.map(({ path }) => path)).to.deep.equal([]);
  });

  it('names for every feature in its README a test that there is', async () => {
    const rows = (await read('README.md'))
      .split('\n')
      .filter((line) => line.startsWith('| ') && line.includes('✔') && line.includes('test/'));
    expect(rows).to.have.length.above(20);
    for (const row of rows) {
      const [, file = '', title = ''] = /`(test\/\S+\.ts)`: (.*?) \|$/.exec(row) ?? [];
      expect(file, row).not.to.equal('');
      expect(await read(file, root), row).to.contain(title);
    }
  });
});

describe('The generator of the chart', () => {
  it('insists on a comment above every key', () => {
    expect(() => valuesOf('# A map.\na:\n  b: 1\n')).to.throw('a.b has no comment');
  });

  it('takes the type from the default, and more from the comment', () => {
    const [first, second] = valuesOf('# How many.\n# @schema {minimum: 1}\na: 2\n\n# Of\n# what.\nb: [x]\n');
    expect(first?.schema).to.deep.equal({ description: 'How many.', type: 'integer', minimum: 1 });
    expect(second?.schema).to.deep.equal({ description: 'Of what.', type: 'array' });
    expect(second?.initial).to.deep.equal(['x']);
  });
});
