import { expect } from 'chai';
import { type Sandbox, startSandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import { systemClock } from '../../src/clock.ts';
import type { OmneoClient } from '../../src/omneo/client.ts';
import {
  type ExpectedReward,
  type Found,
  createReward,
  identify,
  listRewards,
} from '../../src/omneo/rewards.ts';
import { clientOf, failureOf } from './parts.ts';
import { type Script, type Upstream, answer, startUpstream } from './upstream.ts';

const ada = '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a01';
const ben = '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a02';

const expected = (more: Partial<ExpectedReward> = {}): ExpectedReward => ({
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

  const create = (more: Record<string, unknown> = {}) =>
    createReward(
      client,
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
    );
  const find = async (more: Partial<ExpectedReward> = {}): Promise<Found> => {
    const wanted = expected(more);
    return identify(client, await listRewards(client, wanted.externalId), wanted);
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
            expect(await find()).to.deep.equal({ kind: 'same', rewardId: 2 });
          });

          it('and are there though Omneo rounds to cents', async () => {
            await create({ value_initial: 12.345, value_remaining: 12.345 });
            expect(await find({ amount: 12.345 })).to.deep.equal({ kind: 'same', rewardId: 1 });
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
            expect(await find()).to.deep.equal({ kind: 'same', rewardId: 1 });
          });

          it('with characters that an address cannot hold', async () => {
            const externalId = 'a+b &c=d/é%20#?';
            await create({ external_id: externalId });
            expect(await find({ externalId })).to.deep.equal({ kind: 'same', rewardId: 1 });
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

  it('are told from the one whose external_id is theirs cut short', async () => {
    await create({ external_id: 'order-' });
    await create();
    expect(await find()).to.deep.equal({ kind: 'same', rewardId: 2 });
  });

  it('are found by an external_id of one character', async () => {
    await create({ external_id: '7' });
    expect(await find({ externalId: '7' })).to.deep.equal({ kind: 'same', rewardId: 1 });
  });

  describe('over answers that Omneo need not give', () => {
    let upstream: Upstream;
    const against = async (script: Script) => {
      upstream = await startUpstream(script);
      return clientOf({ baseURL: upstream.url });
    };
    afterEach(() => upstream.close());

    const row = { id: 7, profile_id: ada, value_initial: '10.00', definition: { id: '42' } };
    /** Heeds the filter. */
    const holding =
      (...rows: unknown[]): Script =>
      (response, { path }) => {
        answer(response, 200, { data: path.endsWith('=order-1') ? rows : [] });
      };
    const lookUp = async (script: Script) => {
      const against_ = await against(script);
      return identify(against_, await listRewards(against_, 'order-1'), expected());
    };

    const same: [string, unknown][] = [
      [
        'names its definition by reward_definition_id',
        { ...row, definition: undefined, reward_definition_id: '42' },
      ],
      ['does not name its definition', { ...row, definition: null }],
      ['has an amount with blanks', { ...row, value_initial: ' 10 ' }],
      ['has a text as its id', { ...row, id: 'r-7' }],
    ];
    for (const [told, reward] of same) {
      it(`are recognised if one ${told}`, async () => {
        expect((await lookUp(holding(reward))).kind).to.equal('same');
      });
    }

    for (const [told, reward] of [
      ['has no amount', { ...row, value_initial: null }],
      ['has an empty amount', { ...row, value_initial: '' }],
      ['has an amount that is none', { ...row, value_initial: 'ten' }],
    ] as const) {
      it(`are others if one ${told}`, async () => {
        expect(await lookUp(holding(reward))).to.deep.equal({ kind: 'other' });
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
      expect(await lookUp(script)).to.deep.equal({ kind: 'same', rewardId: 7 });
    });

    it('are doubtful if several under one id are not alike', async () => {
      const error = await failureOf(lookUp(holding(row, { ...row, id: 8, profile_id: ben })));
      expect(error.fault).to.equal('unavailable');
    });

    it('are doubtful if one has no id', async () => {
      expect((await failureOf(lookUp(holding({ ...row, id: null })))).fault).to.equal('unavailable');
    });

    it('are doubtful if they change from one look to the next', async () => {
      const script: Script = (response, { path }, count) => {
        answer(response, 200, { data: path.endsWith('=order-1') ? [{ ...row, id: count }] : [] });
      };
      expect((await failureOf(lookUp(script))).fault).to.equal('unavailable');
    });

    for (const [told, script] of [
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
      it(`are neither there nor not there if the look-up answers ${told}`, async () => {
        expect((await failureOf(lookUp(script))).fault).to.equal('unavailable');
      });
    }

    const asked = { profile_id: ada, external_id: 'order-1', reward_definition_id: 42, value_initial: 10 };
    const send = async (script: Script) => createReward(await against(script), asked, soon());

    for (const status of [200, 201, 202, 203]) {
      for (const data of [row, [row]]) {
        it(`are created if a ${status} shows ${Array.isArray(data) ? 'a list of one' : 'one'}`, async () => {
          expect(
            await send((response) => {
              answer(response, status, { data });
            }),
          ).to.equal(7);
        });
      }
    }

    for (const [told, script] of [
      ['a 204', (response) => response.writeHead(204).end()],
      ['an empty body', (response) => response.end()],
      ['HTML', (response) => response.end('<html></html>')],
      [
        'no data',
        (response) => {
          answer(response, 200, { message: 'Queued for processing.' });
        },
      ],
      [
        'an empty list',
        (response) => {
          answer(response, 200, { data: [] });
        },
      ],
      [
        'null',
        (response) => {
          answer(response, 200, { data: null });
        },
      ],
      [
        'a reward without an id',
        (response) => {
          answer(response, 201, { data: { ...row, id: null } });
        },
      ],
      [
        'a reward with an empty id',
        (response) => {
          answer(response, 201, { data: { ...row, id: '' } });
        },
      ],
      [
        'several rewards',
        (response) => {
          answer(response, 200, { data: [row, { ...row, id: 8 }] });
        },
      ],
      [
        "somebody else's reward",
        (response) => {
          answer(response, 201, { data: { ...row, profile_id: ben } });
        },
      ],
      [
        'a reward of another definition',
        (response) => {
          answer(response, 201, { data: { ...row, definition: { id: 6 } } });
        },
      ],
      [
        'a reward of another reward_definition_id',
        (response) => {
          answer(response, 201, { data: { ...row, definition: undefined, reward_definition_id: '6' } });
        },
      ],
      [
        'a reward with another external_id',
        (response) => {
          answer(response, 201, { data: { ...row, external_id: 'order-2' } });
        },
      ],
      [
        'a 404',
        (response) => {
          answer(response, 404, { message: 'Not Found' });
        },
      ],
      ['a 404 in HTML', (response) => response.writeHead(404).end('<html></html>')],
    ] satisfies [string, Script][]) {
      it(`may have been created if the answer is ${told}`, async () => {
        expect(await failureOf(send(script))).to.include({ fault: 'unavailable', mayHaveHappened: true });
      });
    }

    for (const [told, shown] of [
      ['all that was asked for', { external_id: 'order-1', definition: { id: '42' } }],
      ['its definition as a number with decimals', { definition: { id: '42.0' } }],
      ['nothing of it', { profile_id: undefined, definition: undefined }],
      ['null for it', { profile_id: null, definition: null, external_id: null, reward_definition_id: null }],
      ['no id of its definition', { definition: { handle: 'winback' } }],
    ] as const) {
      it(`are created if the answer shows ${told}`, async () => {
        const created = await send((response) => {
          answer(response, 201, { data: { ...row, ...shown } });
        });
        expect(created).to.equal(7);
      });
    }

    it('are created if their external_id is shown as a number', async () => {
      const script: Script = (response) => {
        answer(response, 201, { data: { ...row, external_id: 1234 } });
      };
      const reward = { ...asked, external_id: '1234' };
      expect(await createReward(await against(script), reward, soon())).to.equal(7);
    });

    const refusal =
      (status: number, errors: unknown): Script =>
      (response) => {
        answer(response, status, { message: 'The given data was invalid.', errors });
      };
    for (const [told, status, errors, fields] of [
      [
        'fields',
        422,
        { 'meta.flow': ['bad winback'], value_initial: ['must not be over 100'] },
        ['meta.flow', 'value_initial'],
      ],
      [
        'names that are no fields',
        422,
        { 'ada@example.com': ['x'], 'A b': ['x'], '': ['x'], ['x'.repeat(65)]: [] },
        [],
      ],
      ['a 400', 400, { timezone: ['x'] }, ['timezone']],
    ] as const) {
      it(`are rejected with the names of fields, and no more (${told})`, async () => {
        const error = await failureOf(send(refusal(status, errors)));
        expect(error).to.include({ fault: 'rejected', mayHaveHappened: false });
        expect(error.fields).to.deep.equal(fields);
        expect(JSON.stringify(error) + error.message).not.to.match(/winback|100|example/);
      });
    }

    it('are rejected without a message too', async () => {
      const error = await failureOf(
        send((response) => {
          answer(response, 422, { errors: { timezone: ['x'] } });
        }),
      );
      expect(error).to.include({ fault: 'rejected', mayHaveHappened: false });
    });

    it('are not rejected for good if the profile went away, as after a merge', async () => {
      const errors = { profile_id: ['The selected profile id is invalid.'] };
      const error = await failureOf(send(refusal(422, errors)));
      expect(error).to.include({ fault: 'unavailable', mayHaveHappened: false });
    });

    // Omneo's validation says {"errors": {field: […]}}; whoever says anything else may not be Omneo.
    const message = 'The given data was invalid.';
    const doubtful: [string, unknown][] = [
      ['nothing but a message', { message }],
      ['a list of errors', { message, errors: ['profile_id'] }],
      ['no error in its errors', { message, errors: {} }],
      ['errors that are no lists', { message, errors: { code: 1020, ray: 'x' } }],
      ['errors that are null', { message, errors: null }],
      ['a list', [message]],
      ['a text', message],
      ['null', null],
    ];
    for (const status of [400, 422]) {
      for (const [told, body] of doubtful) {
        it(`may have been created if a ${status} says ${told}`, async () => {
          const error = await failureOf(
            send((response) => {
              answer(response, status, body);
            }),
          );
          expect(error).to.include({ fault: 'unavailable', mayHaveHappened: true });
        });
      }
    }

    for (const [told, body] of [
      ['by field', { message, errors: { external_id: ['has already been taken'] } }],
      ['by a field of a list', { message, errors: { 'rewards.0.external_id': ['x'] } }],
      ['among others', { message, errors: { timezone: ['x'], external_id: ['x'] } }],
      ['by message', { message: 'The external id has already been taken.' }],
      ['by message, with errors', { message: 'Duplicate externalId.', errors: { id: ['x'] } }],
      ["in a field's text", { message, errors: { reward: ['The External ID has already been taken.'] } }],
    ] as const) {
      it(`may be there already if their external_id is rejected ${told}`, async () => {
        const error = await failureOf(
          send((response) => {
            answer(response, 422, body);
          }),
        );
        expect(error).to.include({ fault: 'unavailable', mayHaveHappened: true });
      });
    }
  });

  it('with an external_id that Omneo keeps unique are looked up when it is taken', async () => {
    sandbox.setOption({ uniqueExternalId: true });
    await create();
    expect(await failureOf(create())).to.include({ mayHaveHappened: true });
    expect(await find()).to.deep.equal({ kind: 'same', rewardId: 1 });
  });

  it('that Omneo can never accept are rejected, field by field', async () => {
    const error = await failureOf(create({ value_initial: 1000, timezone: 'Mars' }));
    expect([...error.fields].sort()).to.deep.equal(['timezone', 'value_initial']);
  });
});
