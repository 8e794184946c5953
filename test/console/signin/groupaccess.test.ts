import { expect } from 'chai';
import { permissions } from '../../../src/console/access/access.ts';
import { groupAccess } from '../../../src/console/signin/groupaccess.ts';

const access = groupAccess({ viewers: ['support', 'audit'], operators: ['platform'] });

async function allowed(groups: string[], signedInBy: 'session' | 'token'): Promise<string[]> {
  const answers = permissions.map((permission) =>
    access.allows({ user: 'ada', groups, signedInBy }, permission, 'shop'),
  );
  const decided = await Promise.all(answers);
  return permissions.filter((_, index) => decided[index]);
}

describe('Groups of those who sign in, with tenants from a folder', () => {
  for (const [groups, may] of [
    [[], []],
    [['sales'], []],
    [['support'], ['list', 'get']],
    [
      ['sales', 'audit'],
      ['list', 'get'],
    ],
    [['platform'], ['list', 'get', 'update', 'delete', 'payload']],
    [
      ['support', 'platform'],
      ['list', 'get', 'update', 'delete', 'payload'],
    ],
    [['Platform', 'support '], []],
  ] as const)
    it(`let ${groups.join(' and ') || 'nobody'} do ${may.join(', ') || 'nothing'}`, async () => {
      expect(await allowed([...groups], 'session')).to.deep.equal(may);
    });

  it('say nothing of whoever has a token', async () => {
    expect(await allowed(['platform'], 'token')).to.deep.equal([]);
  });

  it('let nobody do anything where no group is named', async () => {
    const identity = { user: 'ada', groups: ['', 'support'], signedInBy: 'session' } as const;
    expect(await groupAccess({ viewers: [], operators: [] }).allows(identity, 'list', 'shop')).to.equal(
      false,
    );
  });
});
