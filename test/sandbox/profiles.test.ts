import { expect } from 'chai';
import type { Switches } from '../../sandbox/switches.ts';
import { ada, callSandbox, dataOf, gone, rowsOf, type Caller } from './caller.ts';

const misses: [Switches['searchIdMiss'], number, unknown][] = [
  ['404', 404, { message: 'Profile not found.' }],
  ['notFound', 404, { message: 'Not Found' }],
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

  describe('filters e-mails', () => {
    const jose = '33333333-3333-4333-8333-333333333333';
    const asked: [Switches['emailFilter'], string, string[]][] = [
      ['bytes', 'josé@example.com', [jose]],
      ['bytes', 'José@example.com', []],
      ['caseless', 'José@example.com', [jose]],
      ['caseless', 'jose@example.com', []],
      ['caseless', 'jose\u0301@example.com', []],
      ['accentBlind', 'Jose@example.com', [jose]],
      ['accentBlind', 'jose\u0301@example.com', [jose]],
      ['accentBlind', 'jos@example.com', []],
      ['partial', '@example.com', [ada, gone, jose]],
      ['partial', 'SÉ@', [jose]],
      ['partial', 'jose@', []],
    ];
    for (const [emailFilter, email, ids] of asked) {
      it(`by ${emailFilter}: ${ids.length} for ${JSON.stringify(email)}`, async () => {
        caller.sandbox.addProfiles('acme', [{ id: jose, email: 'josé@example.com' }]);
        caller.sandbox.setOption({ emailFilter });
        expect(await list(new URLSearchParams({ 'filter[email]': email }).toString())).to.deep.equal(ids);
      });
    }
  });

  it('searches an identity whatever its case when told so', async () => {
    expect((await search('klaviyo', 'k1')).status).to.equal(404);
    caller.sandbox.setOption({ identifierFilter: 'caseless' });
    expect(dataOf(await search('klaviyo', 'k1'))).to.include({ id: ada });
    expect((await search('shopify', 'k1')).status).to.equal(404);
  });

  for (const isActive of [false, 0, '0', 'false', true]) {
    it(`shows an identity as it was seeded, active or not (${JSON.stringify(isActive)})`, async () => {
      const identities = [{ handle: 'klaviyo', identifier: 'K4', isActive }];
      caller.sandbox.addProfiles('acme', [{ identities }]);
      const { identities: shown } = dataOf(await search('klaviyo', 'K4')) as { identities: unknown[] };
      expect(shown[0]).to.include({ identifier: 'K4', is_active: isActive });
    });
  }

  it('shows the profile that one was merged into', async () => {
    caller.sandbox.addProfiles('acme', [{ id: gone, mergedInto: ada }]);
    expect(dataOf(await search('profile_id', gone))).to.include({ merged_into: ada });
    expect(dataOf(await search('profile_id', ada))).to.include({ merged_into: null });
  });

  describe('lists identities', () => {
    const identities = async (query: string) => rowsOf(await caller.call('GET', `/identities?${query}`));
    const lists: [string, string[]][] = [
      ['filter[handle]=klaviyo&filter[identifier]=K1', ['K1']],
      ['filter[handle]=klaviyo&filter[identifier]=k1', []],
      ['filter[handle]=shopify&filter[identifier]=K1', []],
      ['filter[handle]=klaviyo', ['K1', 'K2']],
      ['', ['K1', 'K2']],
    ];
    for (const [query, expected] of lists) {
      it(`${expected.length} for "${query}"`, async () => {
        expect((await identities(query)).map(({ identifier }) => identifier)).to.deep.equal(expected);
      });
    }

    it('whatever their case when told so', async () => {
      caller.sandbox.setOption({ identifierFilter: 'caseless' });
      expect(await identities('filter[identifier]=k1')).to.have.lengthOf(1);
    });

    it('with their profiles if they are asked for, which show their own identities if told so', async () => {
      const [bare] = await identities('filter[identifier]=K1');
      expect(bare).to.include({ profile_id: ada }).and.not.to.have.property('profile');
      const withProfile = 'filter[identifier]=K1&include=profile';
      const [row] = await identities(withProfile);
      expect(row?.['profile']).to.include({ id: ada }).and.not.to.have.property('identities');
      caller.sandbox.setOption({ includedIdentities: true });
      const [full] = await identities(withProfile);
      expect(full).to.have.nested.property('profile.identities[0].identifier', 'K1');
    });

    it('all of them when the filters are ignored', async () => {
      caller.sandbox.setFaults([{ kind: 'filterIgnored', operation: 'identities' }]);
      expect(await identities('filter[identifier]=K1')).to.have.lengthOf(2);
    });
  });

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
