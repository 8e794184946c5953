import { expect } from 'chai';
import { type Sandbox, startSandbox } from '../../../sandbox/omneo.ts';
import { sample } from '../../../sandbox/sample.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import type { OmneoClient } from '../../../src/omneo/client/client.ts';
import { type ExpectedResource, type Found, identify } from '../../../src/omneo/resources/identify.ts';
import { createResource, listResources } from '../../../src/omneo/resources/calls.ts';
import { clientOf, failureOf, rewardsOf } from '../parts.ts';
import { type Script, answer, scriptedUpstreams } from '../upstream.ts';

const ada = '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a01';
const ben = '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a02';

const expected = (more: Partial<ExpectedResource> = {}): ExpectedResource => ({
  externalId: 'order-1',
  profileId: ada,
  definitionId: 42,
  amount: 10,
  ...more,
});

const soon = () => systemClock.monotonic() + 1000;

describe('rewards in Omneo', () => {
  let sandbox: Sandbox;
  let client: OmneoClient;

  before(async () => {
    sandbox = await startSandbox({ tenants: sample });
    client = clientOf({ baseURL: sandbox.baseURL('acme') });
  });
  beforeEach(() => {
    sandbox.reset();
  });
  after(() => sandbox.close());

  const create = async (more: Record<string, unknown> = {}) =>
    (
      await createResource(
        rewardsOf(client),
        {
          profile_id: ada,
          external_id: 'order-1',
          reward_definition_id: 42,
          value_initial: 10,
          value_remaining: 10,
          timezone: 'UTC',
          ...more,
        },
        soon(),
      )
    ).resourceId;
  const find = async (more: Partial<ExpectedResource> = {}): Promise<Found> => {
    const wanted = expected(more);
    return identify(rewardsOf(client), await listResources(rewardsOf(client), wanted.externalId), wanted);
  };

  it('are created with the id that Omneo gives', async () => {
    expect(await create()).to.equal(1);
    expect(sandbox.rewards('acme')).to.have.length(1);
  });

  describe('are looked up by external_id', () => {
    for (const numbersAs of ['string', 'number'] as const) {
      for (const showExternalId of [false, true]) {
        const shown = showExternalId ? 'shown' : 'hidden';
        describe(`with amounts as ${numbersAs}, external_id ${shown}`, () => {
          beforeEach(() => {
            sandbox.setOption({ numbersAs, showExternalId });
          });

          it('and are not there', async () => {
            await create({ external_id: 'order-2' });
            expect(await find()).to.deep.equal({ kind: 'none' });
          });

          it('and are there', async () => {
            await create({ external_id: 'order-2' });
            await create();
            expect(await find()).to.deep.equal({ kind: 'same', resourceId: 2 });
          });

          it('and are there though Omneo rounds to cents', async () => {
            await create({ value_initial: 12.345, value_remaining: 12.345 });
            expect(await find({ amount: 12.345 })).to.deep.equal({ kind: 'same', resourceId: 1 });
          });

          for (const [what, more] of [
            ['person', { profileId: ben }],
            ['definition', { definitionId: 6 }],
            ['amount', { amount: 10.01 }],
          ] as const) {
            it(`and are of another ${what}`, async () => {
              await create();
              expect(await find(more)).to.deep.equal({ kind: 'other' });
            });
          }

          it('and are there twice', async () => {
            await create();
            await create();
            expect(await find()).to.deep.equal({ kind: 'same', resourceId: 1 });
          });

          it('with characters that an address cannot hold', async () => {
            const externalId = 'a+b &c=d/é%20#?';
            await create({ external_id: externalId });
            expect(await find({ externalId })).to.deep.equal({ kind: 'same', resourceId: 1 });
            expect(await find({ externalId: 'a b &c=d/é%20#?' })).to.deep.equal({ kind: 'none' });
          });
        });
      }
    }

    it('without a second question when nothing is there', async () => {
      await find();
      expect(sandbox.calls()).to.deep.equal({ 'acme rewards.list': 1 });
    });
  });

  describe('when Omneo ignores the filter', () => {
    const fill = async (count: number) => {
      for (let made = 0; made < count; made += 1) await create({ external_id: `earlier-${made}` });
    };

    for (const times of [1, Infinity]) {
      for (const count of [1, 2, 30]) {
        for (const showExternalId of [false, true]) {
          const often = times === 1 ? 'once' : 'always';
          it(`${often}, are neither there nor not there among ${count}${showExternalId ? ' that show theirs' : ''}`, async () => {
            await fill(count);
            sandbox.setOption({ showExternalId });
            sandbox.setFaults([
              { kind: 'filterIgnored', operation: 'rewards.list', ...(times === 1 && { times }) },
            ]);
            for (const amount of [10, 11]) {
              const error = await failureOf(find({ amount }));
              expect(error).to.include({ fault: 'unavailable', mayHaveHappened: false });
              if (times === 1) sandbox.setFaults([{ kind: 'filterIgnored', times: 1 }]);
            }
          });
        }
      }
    }

    it('are still not there when nothing is', async () => {
      sandbox.setFaults([{ kind: 'filterIgnored' }]);
      expect(await find()).to.deep.equal({ kind: 'none' });
    });
  });

  describe('when Omneo takes a part of the external_id for the whole', () => {
    beforeEach(() => {
      sandbox.setOption({ externalIdFilter: 'partial' });
    });

    for (const count of [1, 2, 30]) {
      it(`are not taken for another, of which ${count} are there`, async () => {
        for (let made = 0; made < count; made += 1) await create({ external_id: `order-1${made}` });
        expect(await failureOf(find())).to.include({ fault: 'unavailable', mayHaveHappened: false });
      });
    }

    it('are not taken for another of a longer name among many that begin alike', async () => {
      for (let made = 0; made < 30; made += 1) await create({ external_id: `order-2${made}` });
      await create({ external_id: 'order-10' });
      expect(await failureOf(find())).to.include({ fault: 'unavailable', mayHaveHappened: false });
    });

    it('are not there when nothing is like them', async () => {
      await create({ external_id: 'order-2' });
      expect(await find()).to.deep.equal({ kind: 'none' });
    });
  });

  it('are distinguished from the one whose external_id is theirs cut short', async () => {
    await create({ external_id: 'order-' });
    await create();
    expect(await find()).to.deep.equal({ kind: 'same', resourceId: 2 });
  });

  it('are found by an external_id of two characters', async () => {
    await create({ external_id: '77' });
    expect(await find({ externalId: '77' })).to.deep.equal({ kind: 'same', resourceId: 1 });
  });

  for (const externalId of ['7', '_', '%%']) {
    it(`are inconclusive by an external_id that nothing can be compared with: ${externalId}`, async () => {
      await create({ external_id: externalId });
      expect(await failureOf(find({ externalId }))).to.include({ fault: 'unavailable', needsHuman: true });
    });
  }

  describe('over answers that Omneo need not give', () => {
    const start = scriptedUpstreams();
    const against = async (script: Script) => clientOf({ baseURL: await start(script) });

    const row = { id: 7, profile_id: ada, value_initial: '10.00', definition: { id: '42' } };
    /** Heeds the filter. */
    const holding =
      (...rows: unknown[]): Script =>
      (response, { path }) => {
        answer(response, 200, { data: path.endsWith('=order-1') ? rows : [] });
      };
    const lookUp = async (script: Script) => {
      const against_ = rewardsOf(await against(script));
      return identify(against_, await listResources(against_, 'order-1'), expected());
    };

    it('are found where numbers are written as a double does not write them', async () => {
      const [resourceId, valueInitial] = [JSON.rawJSON('9223372036854775807'), JSON.rawJSON('10.00')];
      const found = await lookUp(holding({ ...row, id: resourceId, value_initial: valueInitial }));
      expect(found).to.deep.equal({ kind: 'same', resourceId: 9_223_372_036_854_775_807n });
    });

    const same: [string, unknown][] = [
      [
        'names its definition by reward_definition_id',
        { ...row, definition: undefined, reward_definition_id: '42' },
      ],
      ['does not name its definition', { ...row, definition: null }],
      ['has an amount with blanks', { ...row, value_initial: ' 10 ' }],
      ['has a text as its id', { ...row, id: 'r-7' }],
      // What is not shown is not different.
      ['shows no amount', { ...row, value_initial: null }],
      ['shows an empty amount', { ...row, value_initial: '' }],
      ['shows an amount that is none', { ...row, value_initial: 'ten' }],
      ['shows no profile', { ...row, profile_id: undefined }],
      ['shows nothing but its id', { id: 7 }],
    ];
    for (const [wording, reward] of same) {
      it(`are recognised if one ${wording}`, async () => {
        expect((await lookUp(holding(reward))).kind).to.equal('same');
      });
    }

    it('are not there if an empty page says so', async () => {
      const script: Script = (response) => {
        answer(response, 200, { data: [], meta: { current_page: 1, from: null, total: 0 } });
      };
      expect(await lookUp(script)).to.deep.equal({ kind: 'none' });
    });

    it('are one that comes as an object, not as a list', async () => {
      const script: Script = (response, { path }) => {
        answer(response, 200, { data: path.endsWith('=order-1') ? row : null });
      };
      expect(await lookUp(script)).to.deep.equal({ kind: 'same', resourceId: 7 });
    });

    it('are inconclusive if several under one id are not alike', async () => {
      const error = await failureOf(lookUp(holding(row, { ...row, id: 8, profile_id: ben })));
      expect(error.fault).to.equal('unavailable');
    });

    it('are inconclusive if one has no id', async () => {
      expect((await failureOf(lookUp(holding({ ...row, id: null })))).fault).to.equal('unavailable');
    });

    it('are inconclusive if they change from one look to the next', async () => {
      const script: Script = (response, { path }, count) => {
        answer(response, 200, { data: path.endsWith('=order-1') ? [{ ...row, id: count }] : [] });
      };
      expect((await failureOf(lookUp(script))).fault).to.equal('unavailable');
    });

    for (const [wording, script] of [
      ['HTML', (response) => response.end('<html></html>')],
      ['nothing', (response) => response.end()],
      [
        'no data',
        (response) => {
          answer(response, 200, {});
        },
      ],
      [
        'a list of what is no reward',
        (response) => {
          answer(response, 200, { data: ['order-1'] });
        },
      ],
      [
        'an empty page of one',
        (response) => {
          answer(response, 200, { data: [], meta: { total: 1 } });
        },
      ],
      [
        '404',
        (response) => {
          answer(response, 404, {});
        },
      ],
      [
        '422',
        (response) => {
          answer(response, 422, {});
        },
      ],
    ] satisfies [string, Script][]) {
      it(`are neither there nor not there if the look-up answers ${wording}`, async () => {
        expect((await failureOf(lookUp(script))).fault).to.equal('unavailable');
      });
    }
  });

  it('with an external_id that Omneo keeps unique are looked up when it is taken', async () => {
    sandbox.setOption({ uniqueExternalId: true });
    await create();
    expect(await failureOf(create())).to.include({ mayHaveHappened: true });
    expect(await find()).to.deep.equal({ kind: 'same', resourceId: 1 });
  });

  it('that Omneo can never accept are rejected, field by field', async () => {
    const error = await failureOf(create({ value_initial: 1000, timezone: 'Mars' }));
    expect([...error.fields].sort()).to.deep.equal(['timezone', 'value_initial']);
  });
});
