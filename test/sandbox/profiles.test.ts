import { expect } from 'chai';
import type { Switches } from '../../sandbox/switches.ts';
import { ada, callSandbox, dataOf, gone, rowsOf, type Caller } from './caller.ts';

const misses: [Switches['searchIdMiss'], number, unknown][] = [
  ['404', 404, { message: 'Profile not found.' }],
  ['html404', 404, undefined],
  ['empty404', 404, undefined],
  ['null', 200, { data: null }],
  ['array', 200, { data: [] }],
  ['object', 200, { data: {} }],
];

const filters: [string, string[]][] = [
  ['filter[email]=ada%2Bx@EXAMPLE.com', [ada]],
  ['filter[email]=ada', []],
  ['filter[email]=gone@example.com', [gone]],
  ['filter[identities][identifier]=K1', [ada]],
  ['filter[identities][identifier]=k1', []],
  ['filter[nonsense]=1', [ada, gone]],
  ['', [ada, gone]],
];

describe('sandbox profiles', () => {
  let caller: Caller;
  beforeEach(async () => {
    caller = await callSandbox();
  });
  afterEach(() => caller.close());

  const search = (type: string, id: string) => caller.call('POST', '/profiles/search-id', { type, id });
  const list = async (query: string) =>
    rowsOf(await caller.call('GET', `/profiles?${query}`)).map(({ id }) => id);

  it('finds a profile by an identity and by its own id', async () => {
    for (const reply of [await search('klaviyo', 'K1'), await search('profile_id', ada)]) {
      expect(reply.status).to.equal(200);
      expect(dataOf(reply)).to.include({ id: ada, email: 'Ada+x@example.com', profile_type: 'active' });
    }
  });

  it('does not find an identifier under another handle', async () => {
    expect((await search('shopify', 'K1')).status).to.equal(404);
  });

  it('refuses a search without type or id', async () => {
    expect((await search('', 'K1')).json).to.have.nested.property('errors.type');
    expect((await search('klaviyo', '')).json).to.have.nested.property('errors.id');
  });

  for (const [searchIdMiss, status, body] of misses) {
    it(`says that nobody was found in the way of ${searchIdMiss}`, async () => {
      caller.sandbox.setOption({ searchIdMiss });
      const reply = await search('klaviyo', 'nobody');
      expect(reply.status).to.equal(status);
      expect(reply.json).to.deep.equal(body);
    });
  }

  it('answers a hit as a list of one when told so', async () => {
    caller.sandbox.setOption({ searchIdShape: 'list' });
    expect(rowsOf(await search('klaviyo', 'K1'))).to.have.lengthOf(1);
  });

  for (const [query, ids] of filters) {
    it(`lists ${ids.length} for "${query}"`, async () => {
      expect(await list(query)).to.deep.equal(ids);
    });
  }

  it('gets a profile by id, and 404 for another', async () => {
    expect(dataOf(await caller.call('GET', `/profiles/${ada}`))).to.include({ id: ada });
    expect((await caller.call('GET', '/profiles/nobody')).status).to.equal(404);
  });

  it('adds profiles, and replaces one whose id is known', async () => {
    const identities = [{ handle: 'klaviyo', identifier: 'K3' }];
    caller.sandbox.addProfiles('acme', [
      { id: ada, email: 'new@example.com', identities },
      { email: 'b@example.com' },
    ]);
    expect(await list('filter[email]=new@example.com')).to.deep.equal([ada]);
    expect(await list('filter[email]=ada%2Bx@example.com')).to.deep.equal([]);
    expect((await search('klaviyo', 'K1')).status).to.equal(404);
    expect((await list('filter[email]=b@example.com'))[0]).to.match(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]/,
    );
  });
});
