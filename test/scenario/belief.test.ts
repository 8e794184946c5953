/** What the gateway believes of an Omneo that stores, compares and refuses in its own way. */
import { expect } from 'chai';
import type { FaultRule } from '../../sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../../sandbox/omneo.ts';
import { refusalWords } from '../../sandbox/refusals.ts';
import { sample } from '../../sandbox/sample.ts';
import type { Switches } from '../../sandbox/switches.ts';
import { MemoryLedger } from '../../src/ledger/memory/memory.ts';
import { WrappedLedger } from '../ledger/wrapped.ts';
import { eventually } from '../support/eventually.ts';
import { type Gateway, type Reply, startGateway } from '../support/gateway.ts';
import { expectProblem } from '../support/problems.ts';
import { webhook } from '../support/webhooks.ts';
import { type LeapingClock, leapingClock } from './clock.ts';

const settleWindowMs = 120_000;
const lost: FaultRule = { kind: 'reset', when: 'after', operation: 'rewards.create', times: 1 };
const noLookUp: FaultRule = { kind: 'error', status: 500, operation: 'rewards.list', times: 1 };

describe('what Omneo shows', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;
  let clock: LeapingClock;
  let made = 0;

  beforeEach(async () => {
    clock = leapingClock();
    sandbox = await startSandbox({ tenants: sample, now: () => clock.now() });
    gateway = await startGateway({ SETTLE_WINDOW_MS: String(settleWindowMs) }, { clock });
    gateway.tenant('acme', { baseURL: sandbox.baseURL('acme') });
  });
  afterEach(async () => {
    await gateway.stop();
    await sandbox.close();
  });

  const post = (id: string, changes = {}, data = {}): Promise<Reply> =>
    gateway.post('acme', webhook({ id, ...changes }, data));
  const rewards = () => sandbox.rewards('acme');
  const lookUps = (): number => sandbox.calls()['acme rewards.list'] ?? 0;
  const outcomes = (): unknown[] =>
    gateway.logs.filter(({ msg }) => msg === 'webhook').map(({ outcome }) => outcome);

  /** One like it is issued, so that Omneo can show that it finds such ids again; resolves when it was asked. */
  const prove = async (id: string, data = {}, isFound = true): Promise<void> => {
    made += 1;
    const before = lookUps();
    expect((await post(`${id.slice(0, -3)}${String(made).padStart(3, '0')}`, {}, data)).status).to.equal(200);
    // One before the create, one that proves, and one that shows that the filter is heeded.
    await eventually(() => expect(lookUps()).to.be.at.least(before + (isFound ? 3 : 2)));
  };

  /** The answer to the create of this webhook is lost once; again and again it is sent, over hours. */
  const sendOver = async (id: string, changes = {}, data = {}): Promise<Reply[]> => {
    const body = webhook({ id, ...changes }, data);
    const replies: Reply[] = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      replies.push(await gateway.post('acme', body));
      if (replies.at(-1)!.status === 200) break;
      clock.leap(attempt < 2 ? 10_000 : settleWindowMs);
    }
    return replies;
  };

  describe('of an id that a look-up cannot be trusted with', () => {
    for (const id of [
      'x,order-7',
      'é-1',
      'order 🎁',
      'a\u200bb',
      'o'.repeat(191),
      'gw-id-' + '0'.repeat(32),
    ]) {
      for (const filter of ['exact', 'split', 'folded'] as const) {
        it(`is one reward under its digest (${filter}, ${id.length} characters, ${JSON.stringify(id.slice(0, 9))})`, async () => {
          sandbox.setOption({ externalIdFilter: filter });
          await post('order-7');
          await eventually(() => expect(lookUps()).to.equal(3));
          // Before the create it is looked up by its digest, as it is, and perhaps by its pieces.
          const after = filter === 'split' && id.includes(',') ? 4 : 2;
          sandbox.setFaults([lost, { ...noLookUp, after }]);
          const replies = await sendOver(id);
          expect(replies.at(-1)!.json).to.include({ status: 'duplicate' });
          expect(replies.at(-1)!.json['external_id']).to.match(/^gw-id-[0-9a-f]{32}$/);
          expect(rewards()).to.have.length(2);
        });
      }
    }

    for (const id of ['order-7', 'Kx7aB', 'a b', 'x'.repeat(190), "!~'(){}", 'gw-1']) {
      it(`is the id itself otherwise (${id.slice(0, 9)})`, async () => {
        expect((await post(id)).json).to.include({ status: 'created', external_id: id });
      });
    }

    for (const id of ['\u200babc', 'abc\u200b', '\u00adabc', '\u200babc\u200b']) {
      it(`is not taken for the id without its invisible characters (${JSON.stringify(id)})`, async () => {
        sandbox.setOption({ externalIdFilter: 'trimmed' });
        await post('abc');
        expect((await post(id)).json).to.include({ status: 'created' });
        expect(rewards()).to.have.length(2);
      });
    }

    it('is found under the id as it is too, as it was made before', async () => {
      await post('order-1');
      const profile = rewards()[0]?.profile_id;
      await fetch(`${sandbox.baseURL('acme')}/rewards`, {
        method: 'POST',
        headers: { authorization: 'Bearer acme-static-token', 'content-type': 'application/json' },
        body: JSON.stringify({
          profile_id: profile,
          external_id: 'x,order-7',
          reward_definition_id: 42,
          value_initial: 10,
          value_remaining: 10,
          timezone: 'UTC',
        }),
      });
      expect((await post('x,order-7')).json).to.include({ status: 'duplicate', reward_id: 2 });
      expect(rewards()).to.have.length(2);
    });
  });

  describe('of an id that it keeps altered', () => {
    for (const externalIdStored of ['lower', 'upper', 'prefixed', 'cut'] as const) {
      it(`(${externalIdStored}) is created, noticed and counted`, async () => {
        sandbox.setOption({ externalIdStored, showExternalId: true });
        const id = 'Order-A-0123456789';
        expect((await post(id)).json).to.include({ status: 'created', external_id: id });
        expect((await post(id)).json).to.include({ status: 'duplicate' });
        expect(rewards()).to.have.length(1);
        expect(gateway.logs.filter(({ msg }) => msg === 'Omneo has altered an external_id')).to.have.length(
          1,
        );
        expect(await gateway.metrics()).to.include(
          'omneo_gateway_altered_external_ids_total{tenant="acme"} 1',
        );
      });

      it(`(${externalIdStored}) is not created again after a lost answer`, async () => {
        sandbox.setOption({ externalIdStored, showExternalId: true });
        await prove('Order-A-0123456789', {}, false);
        sandbox.setFaults([lost]);
        await sendOver('Order-A-9876543210');
        expect(rewards()).to.have.length(2);
      });
    }
  });

  describe('of an id that it cannot find again', () => {
    const blind: (readonly [string, Partial<Switches>, id: string, data?: object])[] = [
      ['a column that cuts', { externalIdStored: 'cut' }, 'order-0123456789-01'],
      ['a column in lower case', { externalIdStored: 'lower' }, 'Order-001'],
      ['a filter that finds nobody', { externalIdFilter: 'blind' }, 'order-001'],
      [
        'a list without what is dated ahead',
        { listsOnlyValid: true },
        'order-001',
        { issued_at: '2999-01-01 00:00:00' },
      ],
      [
        'a list without what is over',
        { listsOnlyValid: true },
        'order-001',
        { expires_at: '2001-01-01 00:00:00' },
      ],
    ];
    for (const [what, switches, id, data = {}] of blind) {
      for (const isWarm of [true, false]) {
        it(`(${what}) is never created again, and waits for a human${isWarm ? '' : ', from the first one on'}`, async () => {
          sandbox.setOption(switches);
          if (isWarm) await prove(id, data, false);
          sandbox.setFaults([lost]);
          const replies = await sendOver(id, {}, data);
          expectProblem(replies.at(-1)!, 'not_ready');
          expect(outcomes().at(-1)).to.equal('unsettled');
          expect(rewards()).to.have.length(isWarm ? 2 : 1);
        });
      }
    }

    it('is created again once one like it was found, and nothing was made', async () => {
      sandbox.setFaults([{ ...lost, when: 'before' }]);
      const body = webhook({ id: 'order-900' });
      await gateway.post('acme', body);
      clock.leap(settleWindowMs);
      expectProblem(await gateway.post('acme', body), 'not_ready');
      await prove('order-901');
      expect((await gateway.post('acme', body)).json).to.include({ status: 'created' });
      expect(rewards()).to.have.length(2);
    });

    for (const isFound of [true, false]) {
      it(`is created again after a restart: the ledger knows ${isFound ? 'that one like it was found' : 'of one like it'}`, async () => {
        const times = { leaseMs: 35_000, settleWindowMs, retentionMs: 3_600_000 };
        const ledger = new MemoryLedger({ clock, times, maxEntries: 100 });
        const recordMax = ledger.recordMax.bind(ledger);
        let noted = 0;
        ledger.recordMax = (...fact) => {
          noted += 1;
          return recordMax(...fact);
        };
        const start = async (): Promise<Gateway> => {
          const started = await startGateway({}, { clock, ledger });
          started.tenant('acme', { baseURL: sandbox.baseURL('acme') });
          return started;
        };
        const issued = webhook({ id: 'order-900' });
        const first = await start();
        sandbox.setOption({ externalIdFilter: isFound ? 'exact' : 'blind' });
        expect((await first.post('acme', issued)).json).to.include({ status: 'created' });
        await eventually(() => {
          expect([lookUps(), noted]).to.deep.equal(isFound ? [3, 1] : [2, 0]);
        });
        await first.stop();

        const second = await start();
        sandbox.setOption({ externalIdFilter: 'exact' });
        sandbox.setFaults([{ ...lost, when: 'before' }]);
        const body = webhook({ id: 'order-901' });
        await second.post('acme', body);
        clock.leap(settleWindowMs);
        if (!isFound) {
          expectProblem(await second.post('acme', body), 'not_ready');
          expect((await second.post('acme', issued)).json).to.include({ status: 'duplicate' });
        }
        expect((await second.post('acme', body)).json).to.include({ status: 'created' });
        await second.stop();
        expect(rewards()).to.have.length(2);
      });
    }

    it('is asked for once for each kind of id, and again for a longer one', async () => {
      await prove('order-100');
      const before = lookUps();
      for (const id of ['order-101', 'order-102', 'a-1']) await post(id);
      expect(lookUps() - before).to.equal(3);
      await prove('order-1000');
      await prove('Order-100');
      await prove('order_100');
    });

    it('is asked for again when it was shown late', async () => {
      sandbox.setOption({ lookupLagMs: 30_000 });
      await prove('order-200', {}, false);
      sandbox.setFaults([{ ...lost, when: 'before' }]);
      const replies = await sendOver('order-201');
      expect(replies.at(-1)!.json).to.include({ status: 'created' });
      expect(rewards()).to.have.length(2);
    });
  });

  describe('of an id that it takes for another', () => {
    const alike: (readonly [string, Partial<Switches>, first: string, second: string])[] = [
      ['letter case', { externalIdFilter: 'folded' }, 'Kx7aB', 'kX7Ab'],
      ['equal numbers', { externalIdFilter: 'numeric' }, '007', '7'],
      ['a wildcard', { externalIdFilter: 'wildcard' }, 'order-7', 'order_7'],
      [
        'the same beginning',
        { externalIdFilter: 'cut', externalIdStored: 'cut' },
        `${'a'.repeat(16)}1`,
        `${'a'.repeat(16)}2`,
      ],
    ];
    for (const [what, switches, first, second] of alike) {
      for (const person of [{}, { person_id: '01ACMEBEN', email: 'ben@example.com' }]) {
        it(`(${what}, ${'email' in person ? 'another' : 'the same'} person) is neither a duplicate nor final`, async () => {
          sandbox.setOption(switches);
          expect((await post(first)).json).to.include({ status: 'created' });
          expectProblem(await post(second, person), 'upstream_unavailable');
          // A part that finds it too says that the filter is not heeded, which may pass.
          expect(outcomes().at(-1)).to.equal(what === 'the same beginning' ? 'upstream_error' : 'unsettled');
          expect(rewards()).to.have.length(1);
        });
      }
    }

    it('is another reward when Omneo shows whose it is', async () => {
      sandbox.setOption({ externalIdFilter: 'folded', showExternalId: true });
      await post('Kx7aB');
      expect((await post('kX7Ab')).json).to.include({ status: 'created' });
      expect(rewards()).to.have.length(2);
    });

    it('is settled by when it was created, after a gateway that died between create and settle', async () => {
      sandbox.setOption({ externalIdFilter: 'folded' });
      const times = { leaseMs: 35_000, settleWindowMs, retentionMs: 3_600_000 };
      const ledger = new (class extends WrappedLedger {
        override settle(): Promise<boolean> {
          return new Promise(() => undefined);
        }
      })(new MemoryLedger({ clock, times, maxEntries: 100 }));
      const dying = await startGateway({ ANSWER_DEADLINE_MS: '500', DRAIN_MS: '0' }, { clock, ledger });
      dying.tenant('acme', { baseURL: sandbox.baseURL('acme') });
      const body = webhook({ id: 'Order-7' });
      expectProblem(await dying.post('acme', body), 'upstream_unavailable');
      await dying.stop();
      clock.leap(times.leaseMs);
      const next = await startGateway({}, { clock, ledger: ledger.inner });
      next.tenant('acme', { baseURL: sandbox.baseURL('acme') });
      expect((await next.post('acme', body)).json).to.include({ status: 'duplicate', reward_id: 1 });
      await next.stop();
      expect(rewards()).to.have.length(1);
    });

    it('is settled after a lost answer all the same: nothing like it was there before', async () => {
      sandbox.setOption({ externalIdFilter: 'folded' });
      sandbox.setFaults([lost, { ...noLookUp, after: 1 }]);
      const replies = await sendOver('Order-7');
      expect(replies.map(({ status }) => status)).to.deep.equal([502, 200]);
      expect(rewards()).to.have.length(1);
    });
  });

  describe('after a create was answered', () => {
    const answers: FaultRule[] = [
      ...[429, 403, 401, 405, 408, 409, 500, 504].map((status) => ({ kind: 'error', status }) as const),
      { kind: 'html', status: 429 },
      { kind: 'html', status: 403 },
      ...refusalWords.map((words) => ({ kind: 'refusal', words }) as const),
      ...refusalWords.map((words) => ({ kind: 'refusal', words, status: 400 }) as const),
    ];
    for (const credentials of ['token', 'oauth'] as const) {
      for (const fault of answers) {
        const name = `${Object.values(fault).join(' ')}, ${credentials}`;
        it(`with ${name}, though it took effect, is one reward while look-ups lag`, async () => {
          gateway.tenant('acme', { baseURL: sandbox.baseURL('acme'), credentials });
          sandbox.setOption({ lookupLagMs: 60_000 });
          sandbox.setFaults([
            { ...fault, when: 'after', operation: 'rewards.create', times: 1 } as FaultRule,
          ]);
          const replies = await sendOver('order-1');
          expect(replies.at(-1)!.json).to.include({ status: 'duplicate' });
          expect(rewards()).to.have.length(1);
        });

        it(`with ${name}, and nothing was made, is one reward in the end`, async () => {
          gateway.tenant('acme', { baseURL: sandbox.baseURL('acme'), credentials });
          await prove('order-101');
          sandbox.setFaults([{ ...fault, operation: 'rewards.create', times: 1 }]);
          const replies = await sendOver('order-901');
          expect(replies.at(-1)!.json).to.include({ status: 'created' });
          expect(rewards()).to.have.length(2);
        });
      }
    }

    for (const words of ['message', 'list', 'base', 'server', 'profile'] as const) {
      it(`twice in words that name no field (${words}), with nothing there, is final`, async () => {
        sandbox.setOption({ refusalWords: words });
        const body = webhook({ id: 'order-1' }, { reward_definition_id: 999 });
        expectProblem(await gateway.post('acme', body), 'upstream_unavailable');
        expectProblem(await gateway.post('acme', body), 'not_ready');
        clock.leap(settleWindowMs);
        const { detail } = expectProblem(await gateway.post('acme', body), 'reward_rejected');
        expect(detail).to.match(/^Check the reward definition/);
        expect(rewards()).to.have.length(0);
      });
    }

    it('in words that name no field, then created, is one reward', async () => {
      sandbox.setFaults([{ kind: 'refusal', words: 'message', operation: 'rewards.create', times: 1 }]);
      const replies = await sendOver('order-1');
      expect(replies.at(-1)!.json).to.include({ status: 'created' });
    });
  });

  describe('of a reward whose answer was lost', () => {
    const loseAnswer = async () => {
      sandbox.setFaults([lost, { ...noLookUp, after: 1 }]);
      const body = webhook({ id: 'order-1' });
      expectProblem(await gateway.post('acme', body), 'upstream_unavailable');
      return body;
    };

    for (const [what, change] of [
      ['its value was corrected since', { value_initial: 12, value_remaining: 12 }],
      ['its profile was merged since', { profile_id: '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a02' }],
      ['its definition was changed since', { definition: { id: 6, handle: 'birthday' } }],
    ] as const) {
      it(`is that webhook's though ${what}`, async () => {
        const body = await loseAnswer();
        Object.assign(rewards()[0]!, change);
        expect((await gateway.post('acme', body)).json).to.include({ status: 'duplicate', reward_id: 1 });
      });
    }

    it('is not that of another webhook with its id', async () => {
      const body = await loseAnswer();
      expectProblem(
        await gateway.post('acme', { ...body, data: { reward_definition_id: 42, amount: 11 } }),
        'id_reused',
      );
      expect((await gateway.post('acme', body)).json).to.include({ status: 'duplicate' });
    });
  });

  describe('of ids that share a part', () => {
    for (const id of [',b', ',,b', 'b,', ',b,', 'b,b', ', b']) {
      for (const showExternalId of [false, true]) {
        it(`(${id}, ${showExternalId ? 'shown' : 'hidden'}) is another reward than that of the part, whoever it is for`, async () => {
          sandbox.setOption({ externalIdFilter: 'split', showExternalId });
          await post('b');
          expect((await post(id)).json).to.include({ status: 'created' });
          const other = { person_id: '01ACMEBEN', email: 'ben@example.com' };
          expect((await post(`${id},`, other)).json).to.include({ status: 'created' });
          expect(rewards()).to.have.length(3);
        });
      }
    }

    const pairs: (readonly [Partial<Switches>, first: string, second: string])[] = [
      [{ externalIdFilter: 'partial', showExternalId: true }, 'order-7', 'order-71'],
      [
        { externalIdFilter: 'cut', externalIdStored: 'cut', showExternalId: true },
        'order-0123456789-01',
        'order-0123456789-02',
      ],
      [{ externalIdFilter: 'numeric' }, '07', '007'],
      [{ externalIdFilter: 'wildcard' }, 'order_7', 'order-7'],
      [{ externalIdFilter: 'partial' }, '7', 'order-71'],
    ];
    for (const [switches, first, second] of pairs) {
      it(`(${Object.values(switches).join(' ')}, ${first}) are not taken for each other between two attempts`, async () => {
        sandbox.setOption(switches);
        sandbox.setFaults([{ kind: 'error', status: 500, operation: 'rewards.create', times: 1 }]);
        const body = webhook({ id: first });
        await gateway.post('acme', body);
        expect((await post(second)).json).to.include({ status: 'created' });
        clock.leap(settleWindowMs);
        expect((await gateway.post('acme', body)).json).to.not.include({ status: 'duplicate' });
      });
    }

    it('but for letter case, and show whose they are, are each their own', async () => {
      sandbox.setOption({ externalIdFilter: 'folded', showExternalId: true });
      await post('order-7');
      expect((await post('Order-7')).json).to.include({ status: 'created' });
    });
  });

  describe('of dates', () => {
    for (const [what, first, second] of [
      ['now', { issued_at: '2000-01-01 00:00:00' }, { issued_at: '2999-01-01 00:00:00' }],
      ['as of today', 'today', { issued_at: '2999-01-01 00:00:00' }],
    ] as const) {
      it(`that one was listed proves nothing of one that is ahead (${what})`, async () => {
        sandbox.setOption({ listsOnlyValid: true });
        const today = new Date(clock.now()).toISOString().slice(0, 19).replace('T', ' ');
        await prove('order-100', first === 'today' ? { issued_at: today } : first);
        sandbox.setFaults([lost]);
        const replies = await sendOver('order-101', {}, second);
        expect(replies.at(-1)!.status).to.equal(503);
        expect(rewards()).to.have.length(2);
      });
    }

    it('that are counted from the first attempt, a retry does not move', async () => {
      gateway.tenant('acme', {
        baseURL: sandbox.baseURL('acme'),
        spec: { rewards: { expiresAfter: '15h' } },
      });
      sandbox.setOption({ listsOnlyValid: true });
      await prove('order-100');
      sandbox.setFaults([lost, { ...noLookUp, after: 1 }]);
      const body = webhook({ id: 'order-101' });
      await gateway.post('acme', body);
      clock.leap(16 * 3_600_000);
      expectProblem(await gateway.post('acme', body), 'not_ready');
      expect(rewards()).to.have.length(2);
    });
  });

  it('under a raw id proves nothing of the digest', async () => {
    sandbox.setOption({ externalIdStored: 'cut' });
    await post('order-1');
    const rewardOf = {
      profile_id: rewards()[0]?.profile_id,
      reward_definition_id: 42,
      value_initial: 10,
      value_remaining: 10,
    };
    await fetch(`${sandbox.baseURL('acme')}/rewards`, {
      method: 'POST',
      headers: { authorization: 'Bearer acme-static-token', 'content-type': 'application/json' },
      body: JSON.stringify({ ...rewardOf, external_id: 'é-7', timezone: 'UTC' }),
    });
    expect((await post('é-7')).json).to.include({ status: 'duplicate', reward_id: 2 });
    sandbox.setFaults([lost]);
    const replies = await sendOver('order-0123456789-02');
    expect(replies.at(-1)!.status).to.equal(503);
    expect(rewards()).to.have.length(3);
  });

  it('when an id is in use is the reward of whoever used it, and not the one that was refused for it', async () => {
    sandbox.setOption({ uniqueExternalId: true, lookupLagMs: 60_000 });
    const ledger = () =>
      new MemoryLedger({
        clock,
        times: { leaseMs: 35_000, settleWindowMs, retentionMs: 3_600_000 },
        maxEntries: 100,
      });
    await post('order-7');
    const other = await startGateway({}, { clock, ledger: ledger() });
    other.tenant('acme', { baseURL: sandbox.baseURL('acme') });
    const body = webhook({ id: 'order-7', person_id: '01ACMEBEN', email: 'ben@example.com' });
    expectProblem(await other.post('acme', body), 'upstream_unavailable');
    clock.leap(settleWindowMs);
    expectProblem(await other.post('acme', body), 'id_reused');
    await other.stop();
  });

  describe('of a profile that is gone', () => {
    const goAway = () => {
      sandbox.addProfiles('acme', [
        { id: '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a01', email: 'ada@example.com', profileType: 'deleted' },
      ]);
    };

    it('settles the webhook whose answer was lost', async () => {
      sandbox.setFaults([lost, { ...noLookUp, after: 1 }]);
      const body = webhook({ id: 'order-7' });
      await gateway.post('acme', body);
      goAway();
      expect((await gateway.post('acme', body)).json).to.include({ status: 'duplicate', reward_id: 1 });
    });

    it('is not taken for that of somebody else', async () => {
      await post('order-7');
      goAway();
      const times = { leaseMs: 35_000, settleWindowMs, retentionMs: 3_600_000 };
      const next = await startGateway(
        {},
        { clock, ledger: new MemoryLedger({ clock, times, maxEntries: 100 }) },
      );
      next.tenant('acme', { baseURL: sandbox.baseURL('acme') });
      const body = webhook({ id: 'order-7', person_id: '01ACMEBEN', email: 'ben@example.com' });
      expectProblem(await next.post('acme', body), 'upstream_unavailable');
      await next.stop();
    });
  });

  it('nothing of makes a mended webhook a new one, once the settle window has passed', async () => {
    await prove('order-100');
    sandbox.setFaults([{ kind: 'error', status: 500, operation: 'rewards.create', times: 1 }]);
    const body = webhook({ id: 'order-101' });
    expectProblem(await gateway.post('acme', body), 'upstream_unavailable');
    const mended = { ...body, data: { reward_definition_id: 42, amount: 11 } };
    expectProblem(await gateway.post('acme', mended), 'not_ready');
    clock.leap(settleWindowMs);
    expect((await gateway.post('acme', mended)).json).to.include({ status: 'created' });
    expectProblem(await gateway.post('acme', body), 'id_reused');
    expect(rewards().map(({ value_initial: value }) => value)).to.deep.equal([10, 11]);
  });

  describe('under one id', () => {
    it('counts for all slugs of one Omneo, at once too', async () => {
      gateway.tenant('bloom', {
        baseURL: sandbox.baseURL('acme'),
        secrets: { omneo: { token: 'acme-static-token' } },
      });
      sandbox.setFaults([{ kind: 'delay', ms: 20 }]);
      const body = webhook({ id: 'order-1' });
      const replies = await Promise.all([gateway.post('acme', body), gateway.post('bloom', body)]);
      expect(replies.map(({ json }) => json['status']).sort()).to.deep.equal(['created', 'duplicate']);
      expect(rewards()).to.have.length(1);
    });

    it('does not count for another Omneo on the same ledger', async () => {
      gateway.tenant('bloom', { baseURL: sandbox.baseURL('bloom') });
      await post('order-1');
      const reply = await gateway.post('bloom', webhook({ id: 'order-1', person_id: '01BLOOMADA' }));
      expect(reply.json).to.include({ status: 'created', matched_by: 'klaviyo' });
    });

    it('does not count for a slug that moved to another Omneo', async () => {
      await post('order-1');
      const other = await startSandbox({ tenants: sample });
      gateway.tenant('acme', { baseURL: other.baseURL('acme') });
      expect((await post('order-1')).json).to.include({ status: 'created' });
      await other.close();
    });
  });
});
