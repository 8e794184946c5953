import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { parse } from 'yaml';
import { desiredStatus, type Facts } from '../../src/sources/kubernetes/status/conditions.ts';
import { commandsOf } from '../support/markdown.ts';
import { readPages } from '../support/pages.ts';

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

/** What the gateway says of a tenant with this resolution. */
function conditionsOf(resolution: object): readonly { type: string; reason: string }[] {
  const registration = { key: 'a/b', slug: 'b', createdAt: 0, resolution } as Facts['registration'];
  return desiredStatus({ registration, generation: 1, holder: 'a/b', refusedSecret: undefined }, undefined, 0)
    .conditions;
}

const refused = (condition: string, reason: string) =>
  conditionsOf({ webhookSecrets: [], refusal: { condition, reason, message: '' } });

describe('The health check for Argo CD', () => {
  const key = 'resource.customizations.health.omneo.io_OmneoTenant';
  let lua: string;

  const compared = (field: string): readonly (string | undefined)[] =>
    [...lua.matchAll(new RegExp(`condition\\.${field} == "(\\w+)"`, 'g'))].map(([, value]) => value);

  before(async () => {
    const { data } = parse(await read('examples/cluster/argocd.yml')) as { data: Record<string, string> };
    expect(Object.keys(data)).to.deep.equal([key]);
    lua = data[key] ?? '';
  });

  it('is for the kind that the CRD defines', async () => {
    const { spec } = parse(await read('crds/omneotenants.omneo.io.yaml')) as {
      spec: { group: string; names: { kind: string } };
    };
    expect(key).to.match(new RegExp(`\\.${spec.group}_${spec.names.kind}$`));
  });

  it('goes by the conditions and reasons that the gateway writes', () => {
    expect(compared('type')).to.deep.equal(['Stalled', 'Ready']);
    expect(refused('Accepted', 'Invalid').map(({ type }) => type)).to.include.members(compared('type'));
    expect(compared('reason')).to.deep.equal(['Suspended']);
    const ready = refused('Ready', 'Suspended').find(({ type }) => type === 'Ready');
    expect(compared('reason')).to.deep.equal([ready?.reason]);
  });

  it('reads only statuses of the spec that there is now', () => {
    expect(lua).to.contain('status.observedGeneration ~= obj.metadata.generation');
  });

  it('answers with what Argo CD knows, and docs/operator.md says when', async () => {
    const answers = [...lua.matchAll(/status = "(\w+)"/g)].map(([, value]) => value);
    const section =
      (await read('docs/operator.md')).split('\n## Tools that wait\n')[1]?.split('\n## ')[0] ?? '';
    const documented = [...section.matchAll(/^\| `(\w+)`/gm)].map(([, value]) => value);
    expect(answers).to.have.members(['Progressing', 'Healthy', 'Suspended', 'Degraded']);
    expect(documented).to.have.members(answers);
  });

  it('can be worked out: a tenant is stalled only while nothing but a human helps', () => {
    const isStalled = (conditions: readonly { type: string }[]): boolean =>
      conditions.some(({ type }) => type === 'Stalled');
    expect(isStalled(refused('Accepted', 'Invalid'))).to.equal(true);
    expect(isStalled(refused('ResolvedRefs', 'SecretNotFound'))).to.equal(false);
    expect(isStalled(refused('Ready', 'Suspended'))).to.equal(false);
    expect(isStalled(conditionsOf({ webhookSecrets: [], tenant: {} }))).to.equal(false);
  });
});

describe('The commands on the pages', () => {
  it('give what the Prometheus operator has to find the label that kube-prometheus-stack looks for', async () => {
    const pages = [...(await readPages()).values()];
    const blocks = pages.flatMap((markdown) => [...commandsOf(markdown).values()].flat());
    const enabled = blocks.flatMap((text) =>
      [...text.matchAll(/(serviceMonitor|podMonitor|prometheusRule)\.enabled=true/g)].map(([, value]) => [
        value,
        text,
      ]),
    );
    expect(enabled.map(([value]) => value)).to.have.members(['serviceMonitor', 'prometheusRule']);
    for (const [value, text] of enabled) expect(text).to.contain(`--set ${value ?? ''}.labels.release=`);
  });

  it('make nothing with a secret in it that git would take', async () => {
    expect((await read('.gitignore')).split('\n')).to.include.members(['/tenants/', '*.kubeconfig']);
  });
});
