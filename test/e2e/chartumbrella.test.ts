import { expect } from 'chai';
import { join } from 'node:path';
import { at, type Manifest, render, type Values } from './chart.ts';
import { temporaryFolder, type TemporaryFolder } from './folder.ts';
import { needTools } from './needs.ts';
import { type Dependency, writeUmbrella } from './umbrella.ts';

const openShift = 'security.openshift.io/v1';
const ids = ['runAsUser', 'runAsGroup', 'fsGroup'];

describe('the chart as a dependency of another', () => {
  let folder: TemporaryFolder;
  let charts = 0;

  before(async function () {
    await needTools(this, 'helm');
    folder = await temporaryFolder('umbrella');
  });

  after(async () => {
    await (folder as TemporaryFolder | undefined)?.remove();
  });

  async function umbrella(...dependencies: readonly Dependency[]): Promise<string> {
    const chart = join(folder.path, `platform-${(charts += 1)}`);
    await writeUmbrella(chart, ...dependencies);
    return chart;
  }

  async function kindsOf(chart: string, values: Values): Promise<readonly string[]> {
    return (await render({ chart, values })).map(({ kind }) => kind);
  }

  it('is switched by the condition of its parent', async () => {
    const chart = await umbrella({ condition: 'omneo-gateway.enabled' });
    expect(await kindsOf(chart, { 'omneo-gateway': { enabled: true } })).to.include('Deployment');
    expect(await kindsOf(chart, { 'omneo-gateway': { enabled: false } })).to.deep.equal([]);
  });

  it('is switched by a tag, which no default of its own outweighs', async () => {
    const chart = await umbrella({ condition: 'omneo-gateway.enabled', tags: ['loyalty'] });
    expect(await kindsOf(chart, { tags: { loyalty: true } })).to.include('Deployment');
    expect(await kindsOf(chart, { tags: { loyalty: false } })).to.deep.equal([]);
  });

  it('may be there twice under two aliases, which find their own Pods only', async () => {
    const chart = await umbrella({ alias: 'east' }, { alias: 'Rewards_West' });
    const manifests = await render({ chart, values: { Rewards_West: { crds: { enabled: false } } } });
    const names = manifests.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(new Set(names).size).to.equal(names.length);
    const deployments = manifests.filter(({ kind }) => kind === 'Deployment');
    const [one, other] = deployments.map((each) => at(each, 'spec.selector.matchLabels'));
    expect(one).to.be.an('object').and.not.to.deep.equal(other);
  });

  describe('on OpenShift, which hands out the ids of a Pod itself', () => {
    const pods = async (values: Values, apis: readonly string[] = []): Promise<readonly unknown[]> => {
      const chart = await umbrella({});
      const manifests = await render({ chart, values, apis });
      const podOf = (manifest: Manifest): unknown =>
        manifest.kind === 'Pod' ? manifest['spec'] : at(manifest, 'spec.template.spec');
      return manifests.filter(({ kind }) => kind === 'Pod' || kind === 'Deployment').map(podOf);
    };
    const adapt = (adaptSecurityContext: string, more: Values = {}): Values => ({
      global: { compatibility: { openshift: { adaptSecurityContext } } },
      ...more,
    });
    /** Every id that a Pod or one of its containers asks for. */
    const idsIn = (pod: unknown): readonly unknown[] =>
      ['securityContext', 'containers.0.securityContext'].flatMap((path) =>
        ids.map((id) => at(pod, `${path}.${id}`)).filter((id) => id !== undefined),
      );
    const own = { 'omneo-gateway': { securityContext: { runAsUser: 10001, runAsGroup: 10001 } } };

    it('has none of its own when the parent says so, in the Pod of helm test neither', async () => {
      for (const pod of await pods(adapt('force', own))) expect(idsIn(pod)).to.deep.equal([]);
    });

    it('has none of its own where the cluster is known to be OpenShift', async () => {
      for (const values of [own, adapt('auto', own)]) {
        for (const pod of await pods(values, [openShift])) expect(idsIn(pod)).to.deep.equal([]);
      }
    });

    it('keeps what else makes it safe', async () => {
      for (const pod of await pods(adapt('force'))) {
        expect(at(pod, 'securityContext')).to.include({ runAsNonRoot: true });
        expect(at(pod, 'securityContext.seccompProfile')).to.deep.equal({ type: 'RuntimeDefault' });
        expect(at(pod, 'containers.0.securityContext.capabilities')).to.deep.equal({ drop: ['ALL'] });
      }
    });

    it('keeps its ids elsewhere, and on OpenShift on demand', async () => {
      const everywhere = [
        await pods({}),
        await pods(adapt('disabled'), [openShift]),
        await pods(adapt('auto')),
      ];
      for (const pod of everywhere.flat()) expect(idsIn(pod)).to.deep.equal([65532, 65532, 65532]);
    });
  });
});
