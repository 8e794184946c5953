import { expect } from 'chai';
import type { Sandbox } from '../../sandbox/omneo.ts';
import type { ProfileSeed } from '../../sandbox/seeds.ts';
import type { Switches } from '../../sandbox/switches.ts';
import type { OmneoClient } from '../../src/omneo/client/client.ts';
import { byRoute, findBy, findIn, lists, profileId as id, sandboxOf, says } from './lookups.ts';
import { failureOf } from './parts.ts';
import { type Script, answer } from './upstream.ts';

const profiles: ProfileSeed[] = [
  { id: id(1), email: 'josé@example.com' },
  { id: id(2), email: 'jose@example.com' },
  { id: id(3), email: 'Zoë.Ångström@example.com' },
  { id: id(4), email: 'ann@example.com' },
  { id: id(5), email: 'joann@example.com' },
  { id: id(6), email: 'renée@example.com' },
  { id: id(7), email: 'gone@example.com', profileType: 'deleted' },
  { id: id(8), email: 'GONE@example.com' },
  { id: id(9), email: 'strasse@example.com' },
];

const decomposed = (email: string) => email.normalize('NFD');

describe('the profile with an e-mail', () => {
  let sandbox: Sandbox;
  let client: OmneoClient;

  before(async () => {
    ({ sandbox, client } = await sandboxOf(profiles));
  });
  beforeEach(() => {
    sandbox.reset();
  });
  after(() => sandbox.close());

  const matched = (digit: number) => ({ profileId: id(digit), matchedBy: 'email' });

  const cases: [email: string, digit: number | null][] = [
    ['josé@example.com', 1],
    [decomposed('josé@example.com'), 1],
    ['jose@example.com', 2],
    ['Zoë.Ångström@example.com', 3],
    [decomposed('Zoë.Ångström@example.com'), 3],
    ['ann@example.com', 4],
    ['renée@example.com', 6],
    ['renee@example.com', null],
    ['RENEE@example.com', null],
    ['rene@example.com', null],
    ['straße@example.com', null],
    ['gone@example.com', 8],
    ['oann@example.com', null],
    ['nobody@example.com', null],
  ];
  const caseless: [email: string, digit: number][] = [
    ['JOSÉ@example.com', 1],
    [decomposed('José@Example.COM'), 1],
    ['JOSE@example.com', 2],
    ['zoë.ångström@example.com', 3],
    ['Renée@Example.com', 6],
  ];
  const filters: Switches['emailFilter'][] = ['caseless', 'accentBlind', 'partial'];
  for (const emailFilter of filters) {
    for (const [email, digit] of [...cases, ...caseless]) {
      const name = digit === null ? 'is nobody' : `is profile ${digit}`;
      it(`${name} for ${JSON.stringify(email)} where the filter is ${emailFilter}`, async () => {
        sandbox.setOption({ emailFilter });
        const found = await findIn(client, { email });
        expect(found).to.deep.equal(digit === null ? null : matched(digit));
      });
    }
  }

  it('is asked for in composed letters', async () => {
    sandbox.setOption({ emailFilter: 'bytes' });
    expect(await findIn(client, { email: decomposed('josé@example.com') })).to.deep.equal(matched(1));
    expect(sandbox.calls()).to.deep.equal({ 'acme profiles': 1 });
  });

  it('is asked for in small letters as well, if the one in capitals is only like it', async () => {
    sandbox.setOption({ emailFilter: 'bytes' });
    sandbox.addProfiles('acme', [{ id: id('a'), email: 'Renée@Example.com', profileType: 'deleted' }]);
    expect(await findIn(client, { email: 'Renée@Example.com' })).to.deep.equal(matched(6));
  });

  const row = (digit: number, email: unknown, more: object = {}) => ({ id: id(digit), email, ...more });
  const deleted = { profile_type: 'deleted' };

  it('is the one that has it letter by letter, among several that have it but for their case', async () => {
    const rows = [row(1, 'ADA@example.com'), row(2, 'ada@example.com'), row(3, 'Ada@example.com')];
    expect(await findBy(lists(rows), { email: 'Ada@example.com' })).to.deep.equal(matched(3));
  });

  it('is the one that has it but for its case, among others that are like it', async () => {
    const rows = [row(1, 'adá@example.com'), row(2, 'ada@example.com')];
    expect(await findBy(lists(rows), { email: 'ADA@example.com' })).to.deep.equal(matched(2));
  });

  it('is the living one, where the deleted one has it letter by letter', async () => {
    const rows = [row(1, 'ada@example.com', deleted), row(2, 'Ada@example.com')];
    expect(await findBy(lists(rows), { email: 'ada@example.com' })).to.deep.equal(matched(2));
  });

  it('shows it decomposed', async () => {
    const rows = [row(1, decomposed('josé@example.com'))];
    expect(await findBy(lists(rows), { email: 'josé@example.com' })).to.deep.equal(matched(1));
  });

  const contradictions: [string, object[]][] = [
    ['letter by letter', [row(1, 'ada@example.com'), row(2, 'ada@example.com')]],
    ['in either form', [row(1, 'adá@example.com'), row(2, decomposed('adá@example.com'))]],
    ['but for their case', [row(1, 'aDA@example.com'), row(2, 'ADa@example.com')]],
  ];
  for (const [wording, rows] of contradictions) {
    it(`is neither of two that have it ${wording}`, async () => {
      const email = wording === 'in either form' ? 'adá@example.com' : 'ada@example.com';
      expect((await failureOf(findBy(lists(rows), { email }))).fault).to.equal('unavailable');
    });
  }

  const nobody: [string, object[]][] = [
    ['has it with an accent', [row(1, 'adá@example.com')]],
    ['has it with other accents and in capitals', [row(1, 'ÀDÄ@EXAMPLE.COM')]],
    ['has it with a stroke, which no form of Unicode takes apart', [row(1, 'ada@exåmple.com')]],
    ['has it as a part', [row(1, 'myada@example.com.au')]],
    ['has it as a part, with an accent', [row(1, 'my-adá@example.com')]],
    ['is deleted', [row(1, 'ada@example.com', deleted)]],
    ['was merged into another', [row(1, 'ada@example.com', { merged_into: id(2) })]],
    ['is one of many that are like it', [row(1, 'adá@example.com'), row(2, 'xada@example.com')]],
  ];
  for (const [wording, rows] of nobody) {
    it(`is nobody if all that is listed ${wording}`, async () => {
      expect(await findBy(lists(rows, rows.length), { email: 'ada@example.com' })).to.equal(null);
      expect(await findBy(lists(rows), { email: 'ada@example.com' })).to.equal(null);
    });

    it(`cannot be said not to be there if what is listed ${wording}, and more is not shown`, async () => {
      const work = findBy(lists(rows, rows.length + 1), { email: 'ada@example.com' });
      expect((await failureOf(work)).fault).to.equal('unavailable');
    });
  }

  for (const [asked, shown] of [
    ['søren@example.com', 'soren@example.com'],
    ['straße@example.com', 'STRASSE@example.com'],
    ['łukasz@example.com', 'lukasz@example.com'],
    ['a_b@example.com', 'aXb@example.com'],
    ['a_b@example.com', 'xa-b@example.com.au'],
  ] as const) {
    it(`is nobody if only ${shown} is found for ${asked}`, async () => {
      expect(await findBy(lists([row(1, shown)], 1), { email: asked })).to.equal(null);
    });
  }

  const strangers: [string, object[]][] = [
    ['has another', [row(1, 'eve@example.com')]],
    ['has a part of it', [row(1, 'da@example.com')]],
    ['has none', [row(1, null)]],
    ['shows none', [{ id: id(1) }]],
    ['is deleted and has another', [row(1, 'eve@example.com', deleted)]],
    ['is like it, beside one that is not', [row(1, 'adá@example.com'), row(2, 'eve@example.com')]],
  ];
  for (const [wording, rows] of strangers) {
    it(`cannot be said not to be there if what is listed ${wording}`, async () => {
      const work = findBy(lists(rows, rows.length), { email: 'ada@example.com' });
      expect((await failureOf(work)).fault).to.equal('unavailable');
    });
  }

  it('is looked for in small letters if what was found in capitals only has it as a part', async () => {
    const script: Script = (response, { path }) => {
      const asked = new URL(path, 'http://omneo').searchParams.get('filter[email]');
      const rows = asked === 'ada@example.com' ? [row(1, 'ada@example.com')] : [row(2, 'myADA@example.com')];
      answer(response, 200, { data: rows, meta: { total: 1 } });
    };
    expect(await findBy(script, { email: 'ADA@example.com' })).to.deep.equal(matched(1));
  });

  it('decides where a person_id finds nobody', async () => {
    const script = byRoute({
      searchId: says(404, { message: 'Profile not found.' }),
      identities: says(500, {}),
      profiles: lists([row(1, 'josé@example.com'), row(2, 'jose@example.com')], 2),
    });
    const person = { personId: '01JOSE', email: decomposed('josé@example.com') };
    expect(await findBy(script, person)).to.deep.equal(matched(1));
  });
});
