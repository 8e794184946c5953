import { expect } from 'chai';
import type { Manifest } from '../../../src/sources/folder/manifests.ts';
import { merge, type FileState } from '../../../src/sources/folder/merge.ts';

function secrets(...names: string[]): Manifest[] {
  return names.map((name, index) => ({
    kind: 'Secret',
    key: `default/${name}`,
    line: index + 1,
    data: new Map(),
  }));
}

const broken = { fault: { line: 7, message: 'is broken' } };

function merged(files: Record<string, FileState>) {
  const { manifests, served, faults } = merge(new Map(Object.entries(files)));
  return {
    keys: manifests.map(({ key }) => key.replace('default/', '')),
    served: Object.fromEntries(served),
    faults: Object.fromEntries(faults),
  };
}

describe('Of several files', () => {
  it('all that are good are served', () => {
    const [a, b] = [secrets('a'), secrets('b')];
    expect(
      merged({ 'a.yaml': { latest: { manifests: a } }, 'b.yaml': { latest: { manifests: b } } }),
    ).to.deep.equal({
      keys: ['a', 'b'],
      served: { 'a.yaml': a, 'b.yaml': b },
      faults: {},
    });
  });

  it('a broken one is served in its last good version, and one that never was good is not served', () => {
    const good = secrets('a');
    const { keys, served, faults } = merged({
      'a.yaml': { latest: broken, served: good },
      'b.yaml': { latest: broken },
    });
    expect(keys).to.deep.equal(['a']);
    expect(served).to.deep.equal({ 'a.yaml': good });
    expect(faults).to.deep.equal({ 'a.yaml': broken.fault, 'b.yaml': broken.fault });
  });

  it('the first by path has an object that two bring at once', () => {
    const { keys, faults } = merged({
      'b.yaml': { latest: { manifests: secrets('x', 'b') } },
      'a.yaml': { latest: { manifests: secrets('a', 'x') } },
    });
    expect(keys).to.deep.equal(['a', 'x']);
    expect(faults).to.deep.equal({ 'b.yaml': { line: 1, message: 'Secret default/x is already in a.yaml' } });
  });

  it('the one that serves an object keeps it from another that brings it anew', () => {
    const [old, mine] = [secrets('b'), secrets('x')];
    const { keys, served, faults } = merged({
      'a.yaml': { latest: { manifests: secrets('a', 'x') }, served: old },
      'z.yaml': { latest: { manifests: mine }, served: mine },
    });
    expect(keys).to.have.members(['x', 'b']);
    expect(served['a.yaml']).to.equal(old);
    expect(faults['a.yaml']).to.deep.equal({ line: 2, message: 'Secret default/x is already in z.yaml' });
  });

  it('a broken one keeps what it serves from another that brings it anew', () => {
    const { faults } = merged({
      'a.yaml': { latest: { manifests: secrets('x') } },
      'z.yaml': { latest: broken, served: secrets('x') },
    });
    expect(faults).to.have.all.keys('a.yaml', 'z.yaml');
  });

  it('two may hand an object over in one step', () => {
    const { keys, faults } = merged({
      'a.yaml': { latest: { manifests: secrets('a') }, served: secrets('a', 'x') },
      'b.yaml': { latest: { manifests: secrets('b', 'x') }, served: secrets('b') },
    });
    expect(keys).to.have.members(['a', 'b', 'x']);
    expect(faults).to.deep.equal({});
  });

  it('none brings an object twice, even out of its last good version', () => {
    const kept = secrets('k');
    const { keys } = merged({
      'a.yaml': { latest: { manifests: secrets('a', 'x') }, served: secrets('a') },
      'b.yaml': { latest: { manifests: secrets('k', 'b') }, served: secrets('x', 'b') },
      'k.yaml': { latest: { manifests: kept }, served: kept },
    });
    expect(keys).to.have.members(['k', 'a', 'x', 'b']);
  });

  it('a Secret and a tenant of one name do not collide', () => {
    const tenant = { kind: 'OmneoTenant', key: 'default/a', line: 1, tenant: {} } as unknown as Manifest;
    expect(merged({ 'a.yaml': { latest: { manifests: [tenant, ...secrets('a')] } } }).faults).to.deep.equal(
      {},
    );
  });

  describe('an object is fresh', () => {
    const [a, b] = [secrets('a'), secrets('b')];
    const [same, other] = [
      { latest: { manifests: a }, served: a },
      { latest: { manifests: b }, served: secrets('b') },
    ];
    const freshOf = (files: Record<string, FileState>, wholeBefore: string[]) =>
      [...merge(new Map(Object.entries(files)), new Set(wholeBefore)).fresh].map(({ key }) => key);

    it('unless its file is served as a whole in the version in which it was before', () => {
      expect(freshOf({ 'a.yaml': same, 'b.yaml': other }, ['a.yaml', 'b.yaml'])).to.deep.equal(['default/b']);
    });

    it('if not all of its file was served', () => {
      expect(freshOf({ 'a.yaml': same }, [])).to.deep.equal(['default/a']);
    });

    it('if not all of its file is served any more', () => {
      const old = secrets('a', 'x');
      const mine = secrets('x');
      const files = {
        'a.yaml': { latest: broken, served: old },
        'm.yaml': { latest: { manifests: mine }, served: mine },
      };
      expect(
        freshOf({ 'm.yaml': files['m.yaml'], 'z.yaml': files['a.yaml'] }, ['m.yaml', 'z.yaml']),
      ).to.deep.equal(['default/a']);
    });
  });
});
