import { expect } from 'chai';
import { type Sandbox, startSandbox } from '../../../sandbox/omneo.ts';
import type { TenantSeed } from '../../../sandbox/seeds.ts';
import type { Switches } from '../../../sandbox/switches.ts';
import type { OmneoClient } from '../../../src/omneo/client/client.ts';
import { type Person, findProfile } from '../../../src/omneo/profiles/profiles.ts';
import { clientOf, failureOf } from '../parts.ts';
import { type Script, answer, startUpstream } from '../upstream.ts';

const id = (digit: number) => `6f9c1b1e-3c55-4d0a-9a53-${String(digit).repeat(12)}`;

const acme: TenantSeed = {
  name: 'acme',
  credentials: { clientId: 'c', clientSecret: 's', tokens: ['acme-static-token'] },
  profiles: [
    { id: id(1), email: 'Ada@Example.com', identities: [{ handle: 'klaviyo', identifier: '01ADA' }] },
    { id: id(2), email: 'cleo+loyal@example.com' },
    {
      id: id(3),
      email: 'dan@example.com',
      identities: [{ handle: 'klaviyo', identifier: '01DAN' }],
      profileType: 'deleted',
    },
    { id: id(4), email: 'dan@example.com' },
    { id: id(5), email: 'eve@example.com', identities: [{ handle: 'pos', identifier: '01EVE' }] },
    { id: id(6), email: 'gone@example.com', profileType: 'deleted' },
    { id: id(7), email: 'pending@example.com', profileType: 'pending' },
  ],
};

describe('the profile of a person', () => {
  let sandbox: Sandbox;
  let client: OmneoClient;

  before(async () => {
    sandbox = await startSandbox({ tenants: [acme] });
    client = clientOf({ baseURL: sandbox.baseURL('acme') });
  });
  beforeEach(() => {
    sandbox.reset();
  });
  after(() => sandbox.close());

  const find = (personId: string | null, email: string | null, handle = 'klaviyo') =>
    findProfile(client, { personId, email }, handle);

  type Case = readonly [wording: string, personId: string | null, email: string | null, found: object | null];
  const cases: Case[] = [
    ['by the Klaviyo id', '01ADA', 'other@example.com', { profileId: id(1), matchedBy: 'klaviyo' }],
    ['by the Klaviyo id alone', '01ADA', null, { profileId: id(1), matchedBy: 'klaviyo' }],
    ['by the Omneo id, if person_id is one', id(5), null, { profileId: id(5), matchedBy: 'omneo' }],
    [
      'by the Omneo id in capitals',
      id(5).toUpperCase(),
      'eve@example.com',
      { profileId: id(5), matchedBy: 'email' },
    ],
    [
      'by e-mail, if nobody has the Klaviyo id',
      '01NOBODY',
      'eve@example.com',
      { profileId: id(5), matchedBy: 'email' },
    ],
    ['by e-mail alone', null, 'eve@example.com', { profileId: id(5), matchedBy: 'email' }],
    ['by e-mail, whatever its case', '01NOBODY', 'ADA@example.COM', { profileId: id(1), matchedBy: 'email' }],
    [
      'by an e-mail with a plus sign',
      null,
      'cleo+loyal@example.com',
      { profileId: id(2), matchedBy: 'email' },
    ],
    [
      'by e-mail, if the one with the Klaviyo id is deleted',
      '01DAN',
      'ada@example.com',
      { profileId: id(1), matchedBy: 'email' },
    ],
    [
      'that is left, if a deleted one has the same e-mail',
      null,
      'dan@example.com',
      { profileId: id(4), matchedBy: 'email' },
    ],
    ['that is pending', null, 'pending@example.com', { profileId: id(7), matchedBy: 'email' }],
    ['is none, if only a deleted one has the e-mail', '01NOBODY', 'gone@example.com', null],
    ['is none, if the Omneo id is of a deleted one', id(6), null, null],
    ['is none, if nobody has either', '01NOBODY', 'nobody@example.com', null],
    ['is none, if nobody has the Omneo id', id(9), 'nobody@example.com', null],
    ['is none, if the id is stored under another handle', '01EVE', null, null],
    ['is none, if the Klaviyo id differs in case', '01ada', null, null],
  ];
  const misses: Switches['searchIdMiss'][] = ['404', 'null', 'array', 'object'];
  for (const searchIdMiss of misses) {
    for (const searchIdShape of ['object', 'list'] as const) {
      describe(`when search-id misses by ${searchIdMiss} and hits by ${searchIdShape}`, () => {
        for (const [wording, personId, email, found] of cases) {
          it(`is found ${wording}`.replace('found is none', 'none'), async () => {
            sandbox.setOption({ searchIdMiss, searchIdShape });
            expect(await find(personId, email)).to.deep.equal(found);
          });
        }
      });
    }
  }

  // What stands between us and Omneo says 404 in these ways too, of people whom Omneo knows.
  for (const searchIdMiss of ['html404', 'empty404'] as const) {
    describe(`when search-id misses by ${searchIdMiss}`, () => {
      for (const [wording, personId, email, found] of cases) {
        const unclear = found === null && personId !== null;
        const what = unclear
          ? wording.replace('is none,', 'cannot be said not to be there,')
          : `is found ${wording}`;
        it(what.replace('found is none', 'none'), async () => {
          sandbox.setOption({ searchIdMiss });
          if (unclear) expect((await failureOf(find(personId, email))).fault).to.equal('unavailable');
          else expect(await find(personId, email)).to.deep.equal(found);
        });
      }
    });
  }

  it('is looked for under the identity handle of the tenant', async () => {
    expect(await find('01EVE', null, 'pos')).to.deep.equal({ profileId: id(5), matchedBy: 'klaviyo' });
  });

  it('does not need the e-mail look-up if the Klaviyo id matches', async () => {
    await find('01ADA', 'ada@example.com');
    expect(sandbox.calls()).to.deep.equal({ 'acme search-id': 1 });
  });

  it('is asked for by the Omneo id only if person_id looks like one', async () => {
    await find('01NOBODY', 'ada@example.com');
    expect(sandbox.calls()).to.deep.equal({ 'acme search-id': 1, 'acme profiles': 1 });
  });

  describe('when the e-mail filter is ignored', () => {
    beforeEach(() => {
      sandbox.setFaults([{ kind: 'filterIgnored' }]);
    });

    it('is the one with the e-mail, if it is on the page', async () => {
      expect(await find(null, 'eve@example.com')).to.deep.equal({ profileId: id(5), matchedBy: 'email' });
    });

    for (const email of ['nobody@example.com', 'gone@example.com']) {
      it(`cannot be said not to be there (${email})`, async () => {
        expect((await failureOf(find(null, email))).fault).to.equal('unavailable');
      });
    }

    it('cannot be said not to be there if it is on another page', async () => {
      sandbox.setOption({ pageSize: 1 });
      expect((await failureOf(find('01NOBODY', 'eve@example.com'))).fault).to.equal('unavailable');
    });
  });

  describe('over answers that Omneo need not give', () => {
    const against = async (script: Script, person: Partial<Person>) => {
      const upstream = await startUpstream(script);
      const work = findProfile(
        clientOf({ baseURL: upstream.url }),
        { personId: null, email: null, ...person },
        'klaviyo',
      );
      return work.finally(() => upstream.close());
    };
    const data =
      (value: unknown): Script =>
      (response) => {
        answer(response, 200, { data: value });
      };
    const identity = { handle: 'klaviyo', identifier: '01ADA' };

    const says =
      (status: number, body: unknown): Script =>
      (response) => {
        answer(response, status, body);
      };
    const sends =
      (status: number, body: string): Script =>
      (response) =>
        response.writeHead(status).end(body);

    const misses: [string, Script][] = [
      ['a validation error of the id', says(422, { message: 'x', errors: { id: ['x'] } })],
      ['a 404 with a message', says(404, { message: 'No query results for model [Profile].' })],
      ['a 404 with empty data', says(404, { data: null })],
      ['a list of nothing but null', data([null])],
    ];
    for (const [wording, script] of misses) {
      it(`is none if search-id says so by ${wording}`, async () => {
        expect(await against(script, { personId: '01ADA' })).to.equal(null);
      });
    }

    const hits: [string, object][] = [
      ['a number', { id: id(1), identities: [{ handle: 'klaviyo', identifier: 1234 }] }],
      [
        'one of several',
        {
          id: id(1),
          identities: [
            null,
            'x',
            { handle: 'pos', identifier: '1' },
            { handle: 'klaviyo', identifier: '1234' },
          ],
        },
      ],
    ];
    for (const [wording, profile] of hits) {
      it(`is found if its identity is ${wording}`, async () => {
        expect(await against(data(profile), { personId: '1234' })).to.deep.equal({
          profileId: id(1),
          matchedBy: 'klaviyo',
        });
      });
    }

    it('is the one that is asked for, though others stand before it', async () => {
      const rows = [
        { id: id(9), identities: [] },
        { id: id(1), identities: [identity] },
      ];
      expect(await against(data(rows), { personId: '01ADA' })).to.include({ profileId: id(1) });
    });

    const listed = (more: object) => ({
      id: id(1),
      email: 'ada@example.com',
      identities: [identity],
      ...more,
    });
    for (const [wording, person] of [
      ['the Klaviyo id', { personId: '01ADA' }],
      ['the e-mail', { email: 'ada@example.com' }],
    ] as const) {
      it(`is neither of two that have ${wording}`, async () => {
        const work = against(data([listed({}), listed({ id: id(2) })]), person);
        expect((await failureOf(work)).fault).to.equal('unavailable');
      });

      it(`is the one that is listed twice with ${wording}`, async () => {
        expect(await against(data([listed({}), listed({})]), person)).to.include({ profileId: id(1) });
      });
    }

    describe('whose e-mail Omneo looks up case and all', () => {
      const storing =
        (email: string): Script =>
        (response, { path }) => {
          const asked = new URL(path, 'http://omneo').searchParams.get('filter[email]');
          answer(response, 200, { data: asked === email ? [{ id: id(1), email }] : [] });
        };

      for (const [stored, sent] of [
        ['Ada@Example.com', 'Ada@Example.com'],
        ['ada@example.com', 'Ada@Example.com'],
      ] as const) {
        it(`is found under ${stored} when Klaviyo sends ${sent}`, async () => {
          expect(await against(storing(stored), { email: sent })).to.deep.equal({
            profileId: id(1),
            matchedBy: 'email',
          });
        });
      }
    });

    it('is asked for by e-mail once if that has no capitals', async () => {
      await find(null, 'nobody@example.com');
      expect(sandbox.calls()).to.deep.equal({ 'acme profiles': 1 });
    });

    it('is neither there nor not there if an empty page is said to hold one', async () => {
      const script: Script = (response) => {
        answer(response, 200, { data: [], meta: { total: 1 } });
      };
      expect((await failureOf(against(script, { email: 'a@example.com' }))).fault).to.equal('unavailable');
    });

    const unclear: [string, Script][] = [
      ['a list of what is no profile', data(['01ADA'])],
      ['another person', data({ id: id(9), identities: [{ handle: 'klaviyo', identifier: '01EVE' }] })],
      ['another handle', data({ id: id(9), identities: [{ handle: 'pos', identifier: '01ADA' }] })],
      ['no identities', data({ id: id(9) })],
      ['identities in another shape', data({ id: id(9), identities: { klaviyo: '01ADA' } })],
      ['a hit without an id', data({ identities: [identity] })],
      ['a hit whose id is empty', data({ id: '', identities: [identity] })],
      ['HTML', (response) => response.end('<html></html>')],
      ['an empty body', (response) => response.end()],
      [
        'no data',
        (response) => {
          answer(response, 200, { message: 'ok' });
        },
      ],
      ['data of a text', data('01ADA')],
      [
        'a bare list',
        (response) => {
          answer(response, 200, [1]);
        },
      ],
      ['a 204', (response) => response.writeHead(204).end()],
      ['a 400', says(400, {})],
      ['a 404 in HTML', sends(404, '<html></html>')],
      ['a 404 without a body', sends(404, '')],
      ['a 404 without a message', says(404, {})],
      ['a 404 with an empty message', says(404, { message: '' })],
      ['a 404 with a list', says(404, ['not found'])],
      ['a 404 that knows no such route', says(404, { message: 'The route profiles could not be found.' })],
      ['a 404 with somebody in it', says(404, { data: { id: id(9) } })],
      ['a 422 in HTML', sends(422, '<html></html>')],
      ['a 422 without a body', sends(422, '')],
      ['a 422 without errors', says(422, { message: 'x' })],
      ['a 422 with no error in its errors', says(422, { message: 'x', errors: {} })],
      ['a 422 with a list of errors', says(422, { message: 'x', errors: ['id'] })],
      ['a validation error of the type', says(422, { message: 'x', errors: { type: ['x'], id: ['x'] } })],
    ];
    for (const [wording, script] of unclear) {
      it(`is neither there nor not there if search-id answers ${wording}`, async () => {
        expect((await failureOf(against(script, { personId: '01ADA' }))).fault).to.equal('unavailable');
      });
    }

    for (const [wording, refusal] of [
      ['HTML', sends(404, '<html></html>')],
      ['nothing', sends(422, '')],
      ['no errors', says(422, {})],
    ] as const) {
      it(`is found by e-mail if search-id refuses with ${wording}`, async () => {
        const profile = { id: id(1), email: 'ada@example.com' };
        const script: Script = (response, request, count) => {
          (request.method === 'POST' ? refusal : data([profile]))(response, request, count);
        };
        expect(await against(script, { personId: '01ADA', email: 'ada@example.com' })).to.deep.equal({
          profileId: id(1),
          matchedBy: 'email',
        });
      });
    }

    for (const status of [404, 422, 400]) {
      it(`is neither there nor not there if the e-mail look-up answers ${status}`, async () => {
        const script: Script = (response) => {
          answer(response, status, {});
        };
        expect((await failureOf(against(script, { email: 'a@example.com' }))).fault).to.equal('unavailable');
      });
    }

    it('has an e-mail with blanks around it', async () => {
      const profile = { id: id(1), email: ' Ada@example.com ' };
      expect(await against(data([profile]), { email: 'ada@example.com' })).to.include({ profileId: id(1) });
    });
  });
});
