import { expect } from 'chai';
import { createInteraction, listInteractions } from '../../../src/omneo/interactions/interactioncalls.ts';
import { interactionsOf } from '../../../src/omneo/interactions/interactions.ts';
import { around } from '../../../src/omneo/interactions/place.ts';
import { SentPlaces } from '../../../src/omneo/interactions/sentplaces.ts';
import { ShownInteractions } from '../../../src/omneo/interactions/shown.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { noProofs } from '../../support/omneo.ts';
import { clientOf, failureOf } from '../parts.ts';
import { answer, scriptedUpstreams } from '../upstream.ts';

const ada = '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a01';
const at = Date.parse('2026-03-01T10:20:30Z');
const place = { profileId: ada, namespace: 'klaviyo-flow', at, ...around(at, at) };
const fields = {
  ...{ profile_id: ada, name: 'Opened', action: 'view', channel: 'email', signal: 1 },
  ...{ namespace: 'klaviyo-flow', meta: { external_id: 'order-7' } },
};
const row = {
  ...{ id: 5, profile: { id: ada }, name: 'Opened', action: 'view', channel: 'email', signal: '1' },
  meta: { external_id: 'order-7' },
};

describe('A look-up of interactions', () => {
  const start = scriptedUpstreams();

  it('asks for a customer, a namespace, and the time with a margin for every time zone', async () => {
    const asked: string[] = [];
    const baseURL = await start((response, { path }) => {
      asked.push(decodeURIComponent(path).replaceAll('+', ' '));
      answer(response, 200, { data: [row] });
    });
    expect(await listInteractions(clientOf({ baseURL }), place)).to.have.length(1);
    expect(asked[0]).to.match(/\/interactions\?/);
    for (const part of [
      `filter[profile_id]=${ada}`,
      'filter[namespace]=klaviyo-flow',
      'filter[interacted_at][gte]=2026-02-28 20:20:30',
      'filter[interacted_at][lte]=2026-03-02 00:20:30',
    ])
      expect(asked[0]).to.contain(part);
  });

  /** What a list of pages comes to, of which each shows these ids and counts `total` in all. */
  const listed = async (pages: readonly (readonly number[])[], total?: number) => {
    let asked = 0;
    const baseURL = await start((response) => {
      const shown = pages[Math.min(asked, pages.length - 1)] ?? [];
      asked += 1;
      const meta = { current_page: asked, last_page: pages.length, ...(total !== undefined && { total }) };
      answer(response, 200, { data: shown.map((id) => ({ id })), meta });
    });
    return listInteractions(clientOf({ baseURL }), place);
  };

  it('reads every page', async () => {
    expect(await listed([[1, 2], [3, 4], [5]], 5)).to.have.length(5);
  });

  it('says nothing of a list that shows less than it counts', async () => {
    expect(await failureOf(listed([[1, 2], [3]], 4))).to.include({ fault: 'unavailable' });
  });

  it('says nothing of a list that shows the same page again', async () => {
    expect(
      await failureOf(
        listed(
          [
            [1, 2],
            [1, 2],
          ],
          4,
        ),
      ),
    ).to.include({ fault: 'unavailable' });
  });

  it('says nothing of more pages than it reads', async () => {
    const pages = Array.from({ length: 11 }, (_, page) => [page + 1]);
    expect(await failureOf(listed(pages, 11))).to.include({ fault: 'unavailable' });
  });

  for (const [what, status, body] of [
    ['no list', 200, { message: 'Hello' }],
    ['422', 422, { message: 'No.' }],
  ] as const)
    it(`says nothing when Omneo answers ${what}`, async () => {
      const baseURL = await start((response) => {
        answer(response, status, body);
      });
      expect(await failureOf(listInteractions(clientOf({ baseURL }), place))).to.include({
        fault: 'unavailable',
      });
    });
});

describe('The interactions of an Omneo', () => {
  const start = scriptedUpstreams();

  /** Of an Omneo that lists these rows, and answers a create with the first. */
  const of = async (rows: readonly object[]) => {
    const baseURL = await start((response, { method }) => {
      answer(response, method === 'POST' ? 201 : 200, { data: method === 'POST' ? row : rows });
    });
    const shown = new ShownInteractions(systemClock, noProofs);
    return interactionsOf({ client: clientOf({ baseURL }), shown, sent: new SentPlaces(noProofs) });
  };
  const find = async (rows: readonly object[], wasSent = false) =>
    (await of(rows)).find({ externalId: 'order-7', place, fields, wasSent });

  it('are the same by their id, however a signal is written', async () => {
    expect(await find([{ id: 4, meta: { external_id: 'other' } }, row])).to.deep.equal({
      kind: 'same',
      resourceId: 5,
    });
    expect(await find([{ ...row, signal: 1 }])).to.deep.equal({ kind: 'same', resourceId: 5 });
  });

  it('are none where no row shows the id', async () => {
    for (const meta of [undefined, null, [], { external_id: 'Order-7' }, 'order-7'])
      expect(await find([{ ...row, meta }])).to.deep.equal({ kind: 'none' });
  });

  for (const [what, changes] of Object.entries({
    customer: { profile: { id: 'ben' } },
    name: { name: 'Clicked' },
    action: { action: 'visit' },
    channel: { channel: 'sms' },
    signal: { signal: '-1' },
  }))
    it(`are others with another ${what}, unless a create for this very webhook was sent`, async () => {
      expect(await find([{ ...row, ...changes }])).to.deep.equal({ kind: 'other' });
      expect(await find([{ ...row, ...changes }], true)).to.deep.equal({ kind: 'same', resourceId: 5 });
    });

  describe('of which one was not found', () => {
    const asked = { externalId: 'order-7', place, fields };
    const firstAttempt = { wasSent: false, ageMs: 0 };
    const deadline = (): number => systemClock.monotonic() + 1000;

    it('are untried before the first', async () => {
      expect(await (await of([])).isMissConclusive(asked, firstAttempt)).to.equal('untried');
    });

    it('are believed missing once one was shown', async () => {
      const interactions = await of([row]);
      expect(interactions.isFindable()).to.equal(false);
      await interactions.create(asked, deadline());
      expect(await interactions.isMissConclusive(asked, firstAttempt)).to.equal(true);
      expect(interactions.isFindable()).to.equal(true);
    });

    for (const [what, rows] of [
      ['nothing', []],
      ['another', [{ ...row, id: 6 }]],
      ['one without its id', [{ ...row, meta: null }]],
    ] as const)
      it(`are not believed missing while ${what} is shown of what was created`, async () => {
        const interactions = await of(rows);
        await interactions.create(asked, deadline());
        expect(await interactions.isMissConclusive(asked, firstAttempt)).to.equal(false);
        expect(interactions.isFindable()).to.equal(false);
      });

    it('are believed missing where another gateway was shown one', async () => {
      const baseURL = await start((response) => {
        answer(response, 200, { data: [] });
      });
      const shown = new ShownInteractions(systemClock, { ...noProofs, noted: () => Promise.resolve(1) });
      const interactions = interactionsOf({
        client: clientOf({ baseURL }),
        shown,
        sent: new SentPlaces(noProofs),
      });
      expect(await interactions.isMissConclusive(asked, firstAttempt)).to.equal(true);
    });
  });
});

describe('A create of an interaction', () => {
  const start = scriptedUpstreams();
  const create = async (status: number, body: object) => {
    const baseURL = await start((response) => {
      answer(response, status, body);
    });
    return createInteraction(clientOf({ baseURL }), fields, systemClock.monotonic() + 1000);
  };

  it('gives its id', async () => {
    expect(await create(201, { data: row })).to.equal(5);
  });

  it('is refused for good where the validation names fields that were sent', async () => {
    const error = await failureOf(create(422, { message: 'No.', errors: { channel: ['is invalid'] } }));
    expect(error).to.deep.include({ fault: 'rejected', noun: 'interaction', fields: ['channel'] });
    expect(error.advice).to.match(/^Check the fields of data/);
    expect(error.mayHaveHappened).to.equal(false);
  });

  for (const [what, status, body] of [
    ['no interaction', 201, { data: [] }],
    ['another customer’s', 201, { data: { ...row, profile: { id: 'ben' } } }],
    ['one without an id', 201, { data: { ...row, id: null } }],
    ['a refusal without fields', 422, { message: 'No.' }],
    ['a field that was not sent', 422, { message: 'No.', errors: { server: ['is away'] } }],
  ] as const)
    it(`may have happened when it is answered with ${what}`, async () => {
      expect((await failureOf(create(status, body))).mayHaveHappened).to.equal(true);
    });
});
