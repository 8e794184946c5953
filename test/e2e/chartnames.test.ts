import { expect } from 'chai';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { at, chartFolder, isDashboard, type Manifest, render, type Rendering, type Values } from './chart.ts';
import { temporaryFolder } from './folder.ts';
import { needTools } from './needs.ts';

const everything: Values = {
  renderMode: 'alwaysRender',
  ledger: { type: 'postgres', postgres: { existingSecret: 'db' } },
  autoscaling: { enabled: true },
  ingress: { enabled: true, hosts: ['rewards.example.com'] },
  httpRoute: { enabled: true, parentRefs: [{ name: 'public' }] },
  networkPolicy: { enabled: true, webhooksFrom: [{ podSelector: {} }] },
  serviceMonitor: { enabled: true },
  prometheusRule: { enabled: true },
  dashboards: { enabled: true },
};
const nameOfService = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?)?$/;

/** Every map of labels in an object: its own, those of its Pods and those that it selects by. */
function labelsIn(part: unknown): readonly unknown[] {
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part as Values).flatMap(([key, value]) => [
    ...(['labels', 'matchLabels'].includes(key) ? Object.values(value as Values) : []),
    ...labelsIn(value),
  ]);
}

const withSpecs = (manifests: readonly Manifest[]): readonly Manifest[] =>
  manifests.filter(({ kind }) => kind !== 'CustomResourceDefinition');

async function namesOf(rendering: Rendering): Promise<readonly string[]> {
  return (await render({ values: everything, ...rendering })).map(
    ({ kind, metadata }) => `${kind}/${metadata.namespace ?? ''}/${metadata.name}`,
  );
}

describe('the names and labels of a release', () => {
  before(async function () {
    await needTools(this, 'helm');
  });

  const releases = [
    'gw',
    'team.gw',
    '1st',
    '2024',
    '1e3',
    'x'.repeat(53),
    `a.${'x'.repeat(50)}`,
    'omneo-gateway.eu',
  ];
  for (const release of releases) {
    it(`are legal if the release is called ${release}`, async () => {
      const manifests = await render({ release, namespace: '2024', values: everything });
      for (const { kind, metadata } of manifests) {
        expect(metadata.namespace, kind).to.be.oneOf([undefined, '2024']);
        if (kind === 'Service') expect(metadata.name).to.match(nameOfService);
        else expect(metadata.name, kind).to.match(/^[a-z][-.:a-z0-9]*$/);
      }
      const labels = withSpecs(manifests).flatMap(labelsIn);
      expect(labels).to.have.length.above(50);
      for (const label of labels) expect(label).to.be.a('string').and.match(labelValue);
    });
  }

  it('are legal if the version and the tag have a +', async () => {
    const folder = await temporaryFolder('chart');
    const chart = join(folder.path, 'omneo-gateway');
    await cp(chartFolder, chart, { recursive: true });
    const file = join(chart, 'Chart.yaml');
    const version = `1.2.3-rc.1+${'build.'.repeat(20)}5`;
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replaceAll(/^(version|appVersion): .*$/gm, `$1: "${version}"`));
    const manifests = await render({ chart });
    await folder.remove();
    for (const label of withSpecs(manifests).flatMap(labelsIn)) expect(label).to.match(labelValue);
    const deployment = manifests.find(({ kind }) => kind === 'Deployment');
    expect(at(deployment, 'metadata.labels.app~kubernetes~io/version')).to.match(/^1\.2\.3-rc\.1_build/);
    const image = 'spec.template.spec.containers.0.image';
    expect(at(deployment, image)).to.equal(`omneo-gateway:${version.replace('+', '_')}`);
    const [given] = await render({ values: { image: { tag: '7+a' } } }).then((all) =>
      all.filter(({ kind }) => kind === 'Deployment'),
    );
    expect(at(given, image)).to.equal('omneo-gateway:7_a');
  });

  it('differ where those of the releases do, however alike these are', async () => {
    const alike = ['a.b', 'a-b', 'x'.repeat(52), 'x'.repeat(53), `${'x'.repeat(52)}y`];
    const all = await Promise.all(
      alike.map((release) => namesOf({ release, values: { ...everything, crds: { enabled: false } } })),
    );
    expect(new Set(all.flat()).size).to.equal(all.flat().length);
  });

  it('of what belongs to the cluster differ from those of releases in every other namespace', async () => {
    const namespaces = ['prod', 'prod-view', 'prod-edit', 'view'];
    const values = { crds: { enabled: false } };
    const all = await Promise.all(namespaces.map((namespace) => namesOf({ namespace, values })));
    expect(new Set(all.flat()).size).to.equal(all.flat().length);
  });

  it('of dashboards differ, although they share a namespace, a Grafana and the folder of its sidecar', async () => {
    const dashboards = { enabled: true, namespace: 'grafana' };
    const values = { dashboards, crds: { enabled: false } };
    const places = [{}, { namespace: 'other' }, { release: 'gw2' }, { release: 'x'.repeat(53) }];
    const configMaps = (await Promise.all(places.map((place) => render({ values, ...place }))))
      .flat()
      .filter(isDashboard);
    const texts = configMaps.map((each) => Object.entries(each['data'] as Record<string, string>));
    const files = texts.flatMap((entries) => entries.map(([file]) => file));
    const parsed = texts.flatMap((entries) =>
      entries.map(([, text]) => JSON.parse(text) as { uid: string; title: string }),
    );
    const names = configMaps.map(({ metadata }) => metadata.name);
    const uids = parsed.map(({ uid }) => uid);
    for (const list of [names, files, uids, parsed.map(({ title }) => title)]) {
      expect(new Set(list).size, list.join()).to.equal(places.length);
    }
    for (const uid of uids) expect(uid).to.match(/^[-\w]{1,40}$/);
  });

  it('of a dashboard are the same each time', async () => {
    const values = { dashboards: { enabled: true } };
    const data = async (): Promise<unknown> => (await render({ values })).find(isDashboard)?.['data'];
    expect(await data())
      .to.be.an('object')
      .and.to.deep.equal(await data());
  });

  it('never change what finds Pods, whichever values do', async () => {
    const selectors = async (values: Values): Promise<unknown> =>
      (await render({ values: { ...everything, ...values } })).flatMap(({ kind, spec }) =>
        ['Deployment', 'PodDisruptionBudget', 'NetworkPolicy', 'Service'].includes(kind)
          ? [[kind, at(spec, 'selector') ?? at(spec, 'podSelector')]]
          : [],
      );
    const usual = await selectors({});
    const image = { tag: '9' };
    for (const values of [{ nameOverride: 'rewards' }, { fullnameOverride: 'rewards' }, { image }]) {
      expect(await selectors(values)).to.deep.equal(usual);
    }
  });

  it('let each selector find what it is for, with an own name too', async () => {
    const manifests = await render({ values: { ...everything, nameOverride: 'rewards' } });
    const labelsOf = (kind: string, name: string): unknown =>
      manifests.find((each) => each.kind === kind && each.metadata.name === name)?.metadata['labels'];
    const monitor = manifests.find(({ kind }) => kind === 'ServiceMonitor');
    expect(labelsOf('Service', 'gw-omneo-gateway-admin')).to.include(
      at(monitor, 'spec.selector.matchLabels'),
    );
    expect(labelsOf('Service', 'gw-omneo-gateway')).not.to.include(at(monitor, 'spec.selector.matchLabels'));
    const deployment = manifests.find(({ kind }) => kind === 'Deployment');
    const pod = at(deployment, 'spec.template.metadata.labels');
    expect(pod).to.include(at(deployment, 'spec.selector.matchLabels'));
    const policy = manifests.find(({ kind }) => kind === 'NetworkPolicy');
    expect(pod).to.include(at(policy, 'spec.podSelector.matchLabels'));
    expect(labelsOf('Pod', 'gw-omneo-gateway-test')).to.include(
      at(policy, 'spec.ingress.0.from.1.podSelector.matchLabels'),
    );
  });
});
