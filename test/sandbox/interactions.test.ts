import { expect } from 'chai';
import { ada, callSandbox, dataOf, gone, reward, rowsOf, type Caller } from './caller.ts';

/** The fields of an interaction that is in order. */
const interaction = (more: Record<string, unknown> = {}) => ({
  profile_id: ada,
  ...{ name: 'Opened', action: 'view', channel: 'email', signal: 1, namespace: 'klaviyo-flow' },
  ...more,
});

const refused: [string, Record<string, unknown>, string][] = [
  ['no profile', { profile_id: undefined }, 'profile_id'],
  ['a deleted profile', { profile_id: gone }, 'profile_id'],
  ['no name', { name: '' }, 'name'],
  ['a name that is too long', { name: 'x'.repeat(256) }, 'name'],
  ['a number as a namespace', { namespace: 7 }, 'namespace'],
  ['an unknown action', { action: 'open' }, 'action'],
  ['an unknown channel', { channel: 'pigeon' }, 'channel'],
  ['no signal', { signal: null }, 'signal'],
  ['an unknown signal', { signal: 2 }, 'signal'],
  ['words for a date', { interacted_at: 'tomorrow' }, 'interacted_at'],
  ['a text as tags', { tags: 'vip' }, 'tags'],
  ['a scalar as meta', { meta: 'x' }, 'meta'],
  ['an id of nothing', { interacted_id: 1 }, 'interacted_type'],
  ['something without its id', { interacted_type: 'reward' }, 'interacted_id'],
  ['a reward that is not there', { interacted_type: 'reward', interacted_id: 9 }, 'interacted_id'],
];

describe('sandbox interactions', () => {
  let caller: Caller;
  beforeEach(async () => {
    caller = await callSandbox();
  });
  afterEach(() => caller.close());

  const create = (more: Record<string, unknown> = {}) =>
    caller.call('POST', '/interactions', interaction(more));
  const list = async (query: string) =>
    rowsOf(await caller.call('GET', `/interactions?${query}`)).map(({ id }) => id);

  it('shows what it keeps, under the profile, and no external_id', async () => {
    const { status, json } = await create({ meta: { a: 1 }, tags: ['vip'], external_id: 'mine' });
    expect(status).to.equal(201);
    const shown = (json as { data: Record<string, unknown> }).data;
    expect(shown).to.deep.include({
      ...{ id: 1, profile: { id: ada }, name: 'Opened', signal: '1', interacted_at: '2026-01-15 12:00:00' },
      ...{ interacted_type: null, interacted_id: null, meta: { a: 1 }, tags: ['vip'] },
    });
    expect(shown).to.not.have.any.keys('external_id', 'profile_id');
    expect(dataOf(await caller.call('GET', '/interactions/1'))).to.deep.equal(shown);
  });

  it('hides meta, and shows a number for a signal, where it is told to', async () => {
    caller.sandbox.setOption({ showMeta: false, numbersAs: 'number' });
    const shown = dataOf(await create({ meta: { a: 1 } })) as Record<string, unknown>;
    expect(shown).to.not.have.property('meta');
    expect(shown['signal']).to.equal(1);
  });

  it('points at a reward that is there', async () => {
    await caller.call('POST', '/rewards', reward());
    const shown = dataOf(await create({ interacted_type: 'reward', interacted_id: 1 }));
    expect(shown).to.include({ interacted_type: 'reward', interacted_id: 1 });
  });

  for (const [what, fields, field] of refused)
    it(`refuses ${what}`, async () => {
      const { status, json } = await create(fields);
      expect(status).to.equal(422);
      expect(Object.keys((json as { errors: object }).errors)).to.deep.equal([field]);
      expect(caller.sandbox.interactions('acme')).to.deep.equal([]);
    });

  it('is filtered by profile, namespace, name and time', async () => {
    await create({ interacted_at: '2026-01-01 00:00:00' });
    await create({ interacted_at: '2026-01-02 00:00:00', namespace: 'till', name: 'Bought' });
    expect(await list(`filter[profile_id]=${ada}`)).to.deep.equal([1, 2]);
    expect(await list(`filter[profile_id]=${gone}`)).to.deep.equal([]);
    expect(await list('filter[namespace]=till')).to.deep.equal([2]);
    expect(await list('filter[name][eq]=Opened')).to.deep.equal([1]);
    expect(await list('filter[interacted_at]=2026-01-02 00:00:00')).to.deep.equal([2]);
    const [first, second] = ['2026-01-01 00:00:00', '2026-01-02 00:00:00'];
    expect(await list(`filter[interacted_at][gte]=${first}`)).to.deep.equal([1, 2]);
    expect(await list(`filter[interacted_at][gt]=${first}`)).to.deep.equal([2]);
    expect(await list(`filter[interacted_at][lte]=${second}`)).to.deep.equal([1, 2]);
    expect(await list(`filter[interacted_at][lt]=${second}`)).to.deep.equal([1]);
  });

  it('is gone once it is deleted', async () => {
    await create();
    expect((await caller.call('DELETE', '/interactions/1')).status).to.equal(204);
    expect((await caller.call('GET', '/interactions/1')).status).to.equal(404);
    expect(await list('')).to.deep.equal([]);
  });
});
