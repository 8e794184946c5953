import { expect } from 'chai';
import type { Sandbox } from '../../sandbox/omneo.ts';
import type { ProfileSeed } from '../../sandbox/seeds.ts';
import type { OmneoClient } from '../../src/omneo/client/client.ts';
import { byRoute, findBy, findIn, lists, profileId as id, sandboxOf, says } from './lookups.ts';
import { failureOf } from './parts.ts';
import type { Received, Script } from './upstream.ts';

const klaviyo = (identifier: string, more: object = {}) => ({ handle: 'klaviyo', identifier, ...more });

const profiles: ProfileSeed[] = [
  { id: id(1), email: 'ada@example.com', identities: [klaviyo('01ADA')] },
  { id: id(2), email: 'ben@example.com', identities: [klaviyo('01BEN')], profileType: 'deleted' },
  { id: id(3), email: 'cleo@example.com', identities: [klaviyo('01CLEO', { isActive: false })] },
];

const notFound = says(404, { message: 'Not Found' });

/** 404s that anything between the gateway and Omneo may give. */
const anybodys: [string, Script][] = [
  ...['Not Found', 'not found.', '404 page not found', 'no Route matched with those values', '', ' '].map(
    (message): [string, Script] => [`"${message}"`, says(404, { message })],
  ),
  ['the path that was asked for', says(404, { message: 'Cannot POST /api/v3/profiles/search-id' })],
  ['the route', says(404, { message: 'The route profiles/search-id could not be found.' })],
  ['"Not Found" beside empty data', says(404, { data: null, message: 'Not Found' })],
];

const omneos: [string, Script][] = [
  ...[
    'Profile not found.',
    'No query results for model [App\\Models\\Profile] 01ADA',
    'No query results',
    'Record not found',
    'The customer does not exist',
    'member not found',
    'Identity could not be found.',
  ].map((message): [string, Script] => [`"${message}"`, says(404, { message })]),
  ['empty data in a 404', says(404, { data: [] })],
  ['an error about the id', says(422, { message: 'x', errors: { id: ['x'] } })],
  ['null', lists(null)],
  ['an empty list', lists([])],
  ['an empty object', lists({})],
];

describe('that nobody is there', () => {
  for (const [wording, searchId] of omneos) {
    it(`is believed of search-id alone if it answers ${wording}`, async () => {
      const script = byRoute({ searchId, identities: says(500, {}), profiles: says(500, {}) });
      expect(await findBy(script, { personId: '01ADA' })).to.equal(null);
    });
  }

  for (const [wording, searchId] of anybodys) {
    describe(`is not believed of search-id alone if it answers ${wording}`, () => {
      const answers = (identities: Script, profiles = lists([])): Script =>
        byRoute({ searchId, identities, profiles });

      it('but if the list of identities is empty', async () => {
        expect(await findBy(answers(lists([], 0)), { personId: '01ADA' })).to.equal(null);
      });

      it('nor if the list of identities is answered alike', async () => {
        const work = findBy(answers(searchId), { personId: '01ADA' });
        expect((await failureOf(work)).fault).to.equal('unavailable');
      });

      it('and its e-mail may still find the person', async () => {
        const script = answers(searchId, lists([{ id: id(1), email: 'ada@example.com' }]));
        const person = { personId: '01ADA', email: 'ada@example.com' };
        expect(await findBy(script, person)).to.deep.equal({ profileId: id(1), matchedBy: 'email' });
      });
    });
  }

  it('is believed if search-id says "Not Found" and no profile has the e-mail', async () => {
    const script = byRoute({ searchId: notFound, identities: says(500, {}), profiles: lists([]) });
    const person = { personId: '01ADA', email: 'ada@example.com' };
    expect(await findBy(script, person)).to.equal(null);
  });

  it('is believed if either look-up by a UUID is answered by Omneo', async () => {
    for (const isOmneos of [true, false]) {
      const searchId: Script = (response, request, count) => {
        const reply = (count === 1) === isOmneos ? says(404, { message: 'Profile not found.' }) : notFound;
        reply(response, request, count);
      };
      const script = byRoute({ searchId, identities: says(500, {}), profiles: says(500, {}) });
      expect(await findBy(script, { personId: id(1) })).to.equal(null);
    }
  });

  describe('is not believed where search-id has no route, though no profile has the e-mail,', () => {
    const searchId = says(404, { message: 'no Route matched with those values' });
    const person = { personId: '01ADA', email: 'ada@example.com' };

    it('until the list of identities is empty', async () => {
      const script = (identities: Script) => byRoute({ searchId, identities, profiles: lists([]) });
      expect(await findBy(script(lists([])), person)).to.equal(null);
      expect((await failureOf(findBy(script(notFound), person))).fault).to.equal('unavailable');
    });
  });

  it('is not believed of HTML, though the list of identities is empty', async () => {
    const html: Script = (response) => response.writeHead(404).end('<html></html>');
    const script = byRoute({ searchId: html, identities: lists([]), profiles: lists([]) });
    expect((await failureOf(findBy(script, { personId: '01ADA' }))).fault).to.equal('unavailable');
  });

  describe('is asked of the list of identities', () => {
    const asked = async (identities: Script, searchId = notFound) =>
      findBy(byRoute({ searchId, identities, profiles: says(500, {}) }), { personId: '01ADA' });
    const row = (more: object = {}) => ({ ...klaviyo('01ADA'), is_active: true, profile_id: id(1), ...more });
    const profile = (more: object = {}) => ({ id: id(1), identities: [row()], ...more });
    const match = { profileId: id(1), matchedBy: 'klaviyo' };
    /** Finds the profile by its id alone. */
    const byId =
      (found: Script): Script =>
      (response, request, count) => {
        (request.body.includes('profile_id') ? found : notFound)(response, request, count);
      };

    it('by its handle and identifier, with its profile', async () => {
      const requests: Received[] = [];
      await asked((response, request, count) => {
        requests.push(request);
        lists([])(response, request, count);
      });
      expect(requests).to.have.length(1);
      const { pathname, searchParams } = new URL(requests[0]!.path, 'http://omneo');
      expect(pathname).to.equal('/identities');
      expect([...searchParams]).to.deep.equal([
        ['filter[handle]', 'klaviyo'],
        ['filter[identifier]', '01ADA'],
        ['include', 'profile'],
      ]);
    });

    it('which may show a profile that proves itself', async () => {
      expect(await asked(lists([row({ profile: profile() })], 1))).to.deep.equal(match);
    });

    it('which may show whose it is', async () => {
      expect(await asked(lists([row()], 1), byId(lists(profile())))).to.deep.equal(match);
      expect(await asked(lists([row({ profile: { id: id(1) } })]), byId(lists([profile()])))).to.deep.equal(
        match,
      );
    });

    it('which may show it among others', async () => {
      const others = { ...klaviyo('01EVE'), profile_id: id(9) };
      expect(await asked(lists([others, row({ profile: profile() })], 99))).to.deep.equal(match);
    });

    const nobody: [string, unknown[]][] = [
      ['is inactive', [row({ is_active: 0 })]],
      ['differs in case', [row({ identifier: '01ada' })]],
      ['is of a deleted profile', [row({ profile: profile({ profile_type: 'deleted' }) })]],
    ];
    for (const [wording, rows] of nobody) {
      it(`which says that there is nobody if the only one ${wording}`, async () => {
        expect(await asked(lists(rows, 1))).to.equal(null);
      });
    }

    const unclear: [string, Script, Script?][] = [
      ['"Not Found"', notFound],
      ['403', says(403, { message: 'Invalid scope(s) provided.' })],
      ['400', says(400, { message: 'x' })],
      ['500', says(500, { message: 'Server Error' })],
      ['HTML', (response) => response.end('<html></html>')],
      ['no list', lists({})],
      ['null', lists(null)],
      ['an empty page of one', lists([], 1)],
      ['others', lists([{ ...klaviyo('01EVE'), profile_id: id(1), profile: profile() }], 1)],
      ['another handle', lists([row({ handle: 'pos', profile: profile() })], 1)],
      ['a page of what differs in case', lists([row({ identifier: '01ada' })], 2)],
      ['no profile', lists([row({ profile_id: undefined })], 1)],
      ['a profile that cannot be found', lists([row()], 1)],
      ['a profile without the identity', lists([row({ profile: { id: id(1), identities: [] } })], 1)],
      ['a profile that is found without it', lists([row()], 1), byId(lists({ id: id(1), identities: [] }))],
      ['two profiles', lists([row({ profile: profile() }), row({ profile: profile({ id: id(2) }) })], 2)],
      ['what is no identity', lists(['01ADA'])],
    ];
    for (const [wording, identities, searchId] of unclear) {
      it(`and cannot be said if that answers ${wording}`, async () => {
        expect((await failureOf(asked(identities, searchId))).fault).to.equal('unavailable');
      });
    }

    it('and has to wait if that answers 429', async () => {
      expect((await failureOf(asked(says(429, {})))).fault).to.equal('throttled');
    });

    it('only if somebody is asked for by an id', async () => {
      const script = byRoute({ searchId: notFound, identities: lists([]), profiles: notFound });
      expect((await failureOf(findBy(script, { email: 'ada@example.com' }))).fault).to.equal('unavailable');
    });
  });

  describe('in the sandbox that says only "Not Found"', () => {
    let sandbox: Sandbox;
    let client: OmneoClient;

    before(async () => {
      ({ sandbox, client } = await sandboxOf(profiles));
    });
    beforeEach(() => {
      sandbox.reset();
      sandbox.setOption({ searchIdMiss: 'notFound' });
    });
    after(() => sandbox.close());

    for (const personId of ['01NOBODY', '01BEN', '01CLEO', '01ada', id(9)]) {
      it(`is found out of ${personId} without an e-mail`, async () => {
        expect(await findIn(client, { personId })).to.equal(null);
      });
    }

    it('takes one more call, and none if there is an e-mail', async () => {
      await findIn(client, { personId: '01NOBODY' });
      expect(sandbox.calls()).to.deep.equal({ 'acme search-id': 1, 'acme identities': 1 });
      await findIn(client, { personId: '01NOBODY', email: 'nobody@example.com' });
      expect(sandbox.calls()).to.include({ 'acme identities': 1, 'acme profiles': 1 });
    });

    it('cannot be found out where the filters of identities are ignored', async () => {
      sandbox.setFaults([{ kind: 'filterIgnored', operation: 'identities' }]);
      const work = findIn(client, { personId: '01NOBODY' });
      expect((await failureOf(work)).fault).to.equal('unavailable');
    });

    for (const includedIdentities of [true, false]) {
      it(`is not said of whom search-id missed just then (profiles with identities: ${includedIdentities})`, async () => {
        sandbox.setOption({ includedIdentities });
        sandbox.setFaults([{ kind: 'error', status: 404, operation: 'search-id', times: 1 }]);
        expect(await findIn(client, { personId: '01ADA' })).to.deep.equal({
          profileId: id(1),
          matchedBy: 'klaviyo',
        });
      });
    }
  });
});
