import { expect } from 'chai';
import type { Sandbox } from '../../sandbox/omneo.ts';
import type { ProfileSeed } from '../../sandbox/seeds.ts';
import type { OmneoClient } from '../../src/omneo/client/client.ts';
import { byRoute, findBy, findIn, lists, profileId as id, sandboxOf, says } from './lookups.ts';
import { failureOf } from './parts.ts';

const klaviyo = (identifier: string, isActive?: boolean | number | string) => ({
  handle: 'klaviyo',
  identifier,
  ...(isActive !== undefined && { isActive }),
});

const profiles: ProfileSeed[] = [
  { id: id(1), email: 'old@example.com', identities: [klaviyo('01ADA', false)] },
  { id: id(2), email: 'ada@example.com' },
  { id: id(3), email: 'ben@example.com', identities: [klaviyo('01BEN', 0), klaviyo('01BEN', 1)] },
  { id: id('a').toUpperCase(), email: 'eve@example.com', identities: [klaviyo('01EVE')] },
];

describe('the profile with an identity', () => {
  let sandbox: Sandbox;
  let client: OmneoClient;

  before(async () => {
    ({ sandbox, client } = await sandboxOf(profiles));
  });
  beforeEach(() => {
    sandbox.reset();
  });
  after(() => sandbox.close());

  for (const inactive of [false, 0, '0', 'false', 'False']) {
    describe(`when that is inactive (${JSON.stringify(inactive)})`, () => {
      beforeEach(() => {
        const identities = [klaviyo('01ADA', inactive)];
        sandbox.addProfiles('acme', [{ id: id(1), email: 'old@example.com', identities }]);
      });

      it('is the one with the e-mail', async () => {
        const match = await findIn(client, { personId: '01ADA', email: 'ada@example.com' });
        expect(match).to.deep.equal({ profileId: id(2), matchedBy: 'email' });
      });

      it('is the one with the e-mail, even if that is the same', async () => {
        const match = await findIn(client, { personId: '01ADA', email: 'old@example.com' });
        expect(match).to.deep.equal({ profileId: id(1), matchedBy: 'email' });
      });

      it('is nobody, if nobody has the e-mail', async () => {
        expect(await findIn(client, { personId: '01ADA', email: 'nobody@example.com' })).to.equal(null);
        expect(await findIn(client, { personId: '01ADA' })).to.equal(null);
      });
    });
  }

  for (const active of [true, 1, '1', 'true']) {
    it(`is the one whose identity is active (${JSON.stringify(active)})`, async () => {
      sandbox.addProfiles('acme', [{ id: id(4), identities: [klaviyo('01DAN', active)] }]);
      expect(await findIn(client, { personId: '01DAN' })).to.include({ profileId: id(4) });
    });
  }

  it('is the one that has it both inactive and active', async () => {
    expect(await findIn(client, { personId: '01BEN' })).to.include({ profileId: id(3) });
  });

  const identity = (more: object = {}) => ({ handle: 'klaviyo', identifier: '01ADA', ...more });
  const holder = (digit: number | string, more: object = {}, identities: unknown = [identity()]) => ({
    id: id(digit),
    identities,
    ...more,
  });
  const oldAndNew = [holder(1, {}, [identity({ is_active: false })]), holder(2)];

  it('is the one where it is active, of two that have it', async () => {
    for (const data of [oldAndNew, oldAndNew.toReversed()])
      expect(await findBy(lists(data), { personId: '01ADA' })).to.include({ profileId: id(2) });
  });

  it('is the one where whether it is active is not shown', async () => {
    for (const unknown of [{ is_active: null }, {}])
      expect(await findBy(lists([holder(1, {}, [identity(unknown)])]), { personId: '01ADA' })).to.include({
        profileId: id(1),
      });
  });

  describe('on a server that ignores its case', () => {
    beforeEach(() => {
      sandbox.setOption({ identifierFilter: 'caseless' });
    });

    it('is the one that has it in the same case', async () => {
      expect(await findIn(client, { personId: '01EVE' })).to.deep.equal({
        profileId: id('a').toUpperCase(),
        matchedBy: 'klaviyo',
      });
    });

    it('is not the one that has it in another case: the e-mail decides', async () => {
      const match = await findIn(client, { personId: '01eve', email: 'ada@example.com' });
      expect(match).to.deep.equal({ profileId: id(2), matchedBy: 'email' });
    });

    it('is nobody, if one has it in another case', async () => {
      expect(await findIn(client, { personId: '01eve' })).to.equal(null);
      expect(await findIn(client, { personId: '01eve', email: 'nobody@example.com' })).to.equal(null);
    });
  });

  for (const [wording, identifier] of [
    ['other forms of Unicode', 'jos\u0301e'],
    ['accents', 'jose'],
  ] as const) {
    it(`is nobody, if one has it in ${wording}`, async () => {
      const shown = holder(1, {}, [identity({ identifier })]);
      expect(await findBy(lists(shown), { personId: 'jo\u015be' })).to.equal(null);
    });
  }

  const numbers: [unknown, string, boolean][] = [
    [1234, '1234', true],
    [0, '0', true],
    [1234, '01234', false],
    [JSON.rawJSON('9007199254740993'), '9007199254740993', true],
    [JSON.rawJSON('9007199254740993'), '9007199254740992', false],
    [null, 'null', false],
    [true, 'true', false],
    [['1234'], '1234', false],
  ];
  for (const [identifier, personId, isFound] of numbers) {
    it(`is ${isFound ? '' : 'not '}proven for ${personId} by an identifier of ${JSON.stringify(identifier)}`, async () => {
      const work = findBy(lists(holder(1, {}, [identity({ identifier })])), { personId });
      if (isFound) expect(await work).to.include({ profileId: id(1) });
      else expect((await failureOf(work)).fault).to.equal('unavailable');
    });
  }

  it('cannot be said not to be there if its identities are not shown', async () => {
    const work = findBy(lists({ id: id(1), email: 'ada@example.com' }), { personId: '01ADA' });
    expect((await failureOf(work)).fault).to.equal('unavailable');
  });

  it('is one profile though its id is written in two ways', async () => {
    const twice = [holder('b'), { ...holder('b'), id: id('b').toUpperCase() }];
    expect(await findBy(lists(twice), { personId: '01ADA' })).to.include({ profileId: id('b') });
  });

  it('is found by an Omneo id in any case', async () => {
    const script = byRoute({
      searchId: (response, request, count) => {
        const isId = request.body.includes('profile_id');
        const reply = isId
          ? lists({ id: id('b').toUpperCase() })
          : says(404, { message: 'No such profile.' });
        reply(response, request, count);
      },
      identities: says(500, {}),
      profiles: says(500, {}),
    });
    expect(await findBy(script, { personId: id('b') })).to.deep.equal({
      profileId: id('b').toUpperCase(),
      matchedBy: 'omneo',
    });
  });

  describe('of which one was merged into another', () => {
    const gone: [string, object][] = [
      ['deleted', { profile_type: 'deleted' }],
      ['merged', { merged_into: id(2) }],
      ['both', { profile_type: 'deleted', merged_into: id(2) }],
    ];
    for (const [wording, more] of gone) {
      it(`is the winner, where the loser is ${wording} and still has it`, async () => {
        const both = [holder(1, more), holder(2)];
        for (const data of [both, both.toReversed()])
          expect(await findBy(lists(data), { personId: '01ADA' })).to.include({ profileId: id(2) });
      });

      it(`is the winner by e-mail, where search-id shows only the loser, ${wording}`, async () => {
        const script = byRoute({
          searchId: lists(holder(1, more)),
          identities: says(500, {}),
          profiles: lists([{ id: id(2), email: 'ada@example.com' }]),
        });
        const person = { personId: '01ADA', email: 'ada@example.com' };
        expect(await findBy(script, person)).to.deep.equal({ profileId: id(2), matchedBy: 'email' });
      });
    }

    it('is the winner by the list of identities, where search-id and the e-mail show only the loser', async () => {
      const script = byRoute({
        searchId: lists(holder(1, { merged_into: id(2) })),
        identities: lists([{ ...identity(), profile_id: id(2), profile: holder(2) }]),
        profiles: lists([]),
      });
      const person = { personId: '01ADA', email: 'new@example.com' };
      expect(await findBy(script, person)).to.deep.equal({ profileId: id(2), matchedBy: 'klaviyo' });
    });
  });

  it('is found in the form of a list of one, and of an object', async () => {
    for (const data of [holder(1), [holder(1)]])
      expect(await findBy(lists(data), { personId: '01ADA' })).to.include({ profileId: id(1) });
  });
});
