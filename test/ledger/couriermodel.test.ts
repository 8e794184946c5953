/** Durable delivery in the simulated world: gateways and their couriers on one ledger, whatever goes wrong. */
import { expect } from 'chai';
import fc from 'fast-check';
import { env } from 'node:process';
import type { Claim } from '../../src/ledger/ledger.ts';
import { adaWebhook } from '../support/rewards.ts';
import { DurableFleet, repeatMs } from './model/durablefleet.ts';
import { type Scenario, scale, scenarios } from './model/faults.ts';
import { SqliteRuns } from './model/sqlite.ts';
import { type MakeLedger } from './model/mutations.ts';
import { PGliteDatabase, PGliteLedger } from './postgres/pglite.ts';

/** More runs, for a machine that has time: `MODEL_RUNS=100000 npx mocha test/ledger/couriermodel.test.ts`. */
const numRuns = Number(env['MODEL_RUNS'] ?? 100);

/** A webhook as the gateway gets it; `marker` is found on the reward that is made for it. */
function webhookOf(id: string | null, marker: string) {
  return { webhook: { ...adaWebhook, id, fields: { marker } }, body: id ?? 'the body' };
}

/** Fails with the whole context when anything was wrong. */
function hold(fleet: DurableFleet): void {
  if (fleet.wrongs.length > 0) throw new Error([...fleet.wrongs, ...fleet.world.history].join('\n'));
}

function expectRewards(fleet: DurableFleet, marker: string, least: number): void {
  const count = fleet.count(marker);
  if (count < least || count > 1) fleet.wrongs.push(`${count} rewards for ${marker}`);
}

/**
 * Webhooks with an id, sent by callers that never come back once they have any answer of 200 or 202, while people
 * decide about them as they like.
 */
async function runWithIds(
  scenario: Scenario,
  makeLedger: MakeLedger,
  options: Readonly<{ isEmbedded?: boolean; giveUpAfterMs?: number }> = {},
): Promise<void> {
  const fleet = new DurableFleet(scenario, makeLedger, options);
  const ids = ['id-0', 'id-1'];
  const told = new Set<string>();
  /** Those that somebody has decided against, and that may come to nothing. */
  const ended = new Set<string>();
  for (const { wait, what, gateway, webhook, ms } of scenario.steps) {
    await fleet.world.pass(wait);
    const id = ids[webhook]!;
    if (what === 'pause') fleet.pause(gateway, ms);
    else if (what === 'crash') fleet.crash(gateway);
    else if (what === 'send')
      fleet.send(gateway, webhookOf(id, id), (answer) => {
        if (answer !== null) told.add(id);
        return answer !== null;
      });
    else {
      fleet.decide(gateway, what, webhookOf(id, id).webhook);
      if (what === 'discard' || what === 'erase') ended.add(id);
    }
  }
  await fleet.settle();
  for (const id of ids) expectRewards(fleet, id, told.has(id) && !ended.has(id) ? 1 : 0);
  hold(fleet);
}

/**
 * Webhooks without an id, all with one body. The caller sends one until it is told 200 or 202, and then the next; it
 * hangs up on a gateway that does not answer in time, and some answers are lost on their way to it.
 */
class Caller {
  told = 0;
  /**
   * Those that were first sent when the repeat window was over after the ledger knew that the one before was answered;
   * twice the window, since a record of the answer that is carried out late counts from then.
   */
  readonly separate = new Set<number>([0]);
  readonly #fleet: DurableFleet;
  #attempts = 0;
  #isSent = false;
  #recordedAt = -Infinity;
  #openSince: number | null = null;
  /** When an answer was last given that did not reach it. */
  #lostAt = Infinity;

  constructor(fleet: DurableFleet) {
    this.#fleet = fleet;
  }

  send(gateway: number, answerIsLost: boolean): void {
    const { world } = this.#fleet;
    if (this.#openSince !== null && world.now - this.#openSince < 2 * scale.answerMs) return;
    // A retry that comes later than the repeat window is another webhook, which is documented: it is not sent.
    if (world.now > this.#lostAt + repeatMs / 2) this.#next();
    const attempt = ++this.#attempts;
    const number = this.told;
    if (!this.#isSent && world.now >= this.#recordedAt + 2 * repeatMs) this.separate.add(number);
    this.#isSent = true;
    this.#openSince = world.now;
    let isTold = false;
    this.#fleet.send(
      gateway,
      webhookOf(null, `webhook ${number}`),
      (answer) => {
        const isAwaited = attempt === this.#attempts;
        isTold = isAwaited && answer !== null && !answerIsLost;
        if (isAwaited) this.#openSince = null;
        if (isTold) this.#next();
        else if (answer !== null) this.#lostAt = world.now;
        return isTold;
      },
      () => {
        if (isTold && this.#recordedAt === Infinity) this.#recordedAt = world.now;
      },
    );
  }

  /** The repeat window may be over later than by the world's time. */
  expectsNoWindow(): void {
    if (!this.#isSent) this.#recordedAt = Infinity;
    else if (this.told > 0) this.separate.delete(this.told);
  }

  #next(): void {
    this.told += 1;
    this.#recordedAt = Infinity;
    this.#lostAt = Infinity;
    this.#isSent = false;
  }
}

async function runWithoutIds(scenario: Scenario, makeLedger: MakeLedger, isEmbedded = false): Promise<void> {
  const fleet = new DurableFleet(scenario, makeLedger, { isEmbedded });
  const caller = new Caller(fleet);
  for (const { wait, what, gateway, webhook } of scenario.steps) {
    await fleet.world.pass(wait);
    if (what === 'crash') fleet.crash(gateway);
    else caller.send(gateway, webhook === 1);
    // The time of an embedded ledger stands still from its last write to its next start.
    if (what === 'crash' && isEmbedded) caller.expectsNoWindow();
  }
  await fleet.settle();
  for (let n = 0; n <= caller.told; n += 1)
    expectRewards(fleet, `webhook ${n}`, n < caller.told && caller.separate.has(n) ? 1 : 0);
  hold(fleet);
}

const withIds = scenarios({
  what: ['send', 'send', 'send', 'send', 'pause', 'crash'],
  waits: [10, 40, 40, 200, 4000],
});
const withoutIds = scenarios({ what: ['send', 'send', 'send', 'send', 'crash'], waits: [10, 40, 200, 1000] });

const withPeople = scenarios({
  what: [
    ...['send', 'send', 'send', 'pause', 'crash'],
    ...['replay', 'replay', 'correct', 'discard', 'erase'],
  ] as const,
  waits: [10, 40, 40, 200, 4000],
});
/** After so many milliseconds what fails is parked: at once, or after an attempt or two. */
const patience = fc.constantFrom(0, 30);

const sqlite = new SqliteRuns();

for (const [name, isEmbedded] of [
  ['several gateways with couriers on one durable ledger', false],
  ['one gateway with a courier, whose SQLite ledger goes down with it', true],
] as const)
  describe(`${name}, whatever goes wrong`, () => {
    it('make one reward for each id that was answered 200 or 202, and one at most for any other', async () => {
      await fc.assert(
        fc.asyncProperty(withIds, (scenario) => runWithIds(scenario, sqlite.begin(), { isEmbedded })),
        { numRuns },
      );
    }).timeout(120_000);

    it('make one reward for each, and none of it twice, whatever people replay, correct, discard and erase', async () => {
      await fc.assert(
        fc.asyncProperty(withPeople, patience, (scenario, giveUpAfterMs) =>
          runWithIds(scenario, sqlite.begin(), { isEmbedded, giveUpAfterMs }),
        ),
        { numRuns },
      );
    }).timeout(120_000);

    it('make one reward for a webhook without an id and all its retries, and one for an equal one later', async () => {
      await fc.assert(
        fc.asyncProperty(withoutIds, (scenario) => runWithoutIds(scenario, sqlite.begin(), isEmbedded)),
        { numRuns },
      );
    }).timeout(120_000);
  });

describe('several gateways with couriers on one Postgres ledger, whatever goes wrong', () => {
  let database: PGliteDatabase;
  before(async () => {
    database = await PGliteDatabase.open();
  });
  after(() => database.end());

  // A run takes some hundred statements, and PGlite a millisecond for each.
  const few = { numRuns: Math.ceil(numRuns / 10), endOnFailure: true };
  const emptied: MakeLedger = (clock, times) => new PGliteLedger({ database, clock, times });

  for (const [what, property] of [
    [
      'make one reward for each id that was answered 200 or 202, and one at most for any other',
      fc.asyncProperty(withIds, async (scenario) => {
        await PGliteLedger.prepare(database);
        await runWithIds(scenario, emptied);
      }),
    ],
    [
      'make one reward for each, and none of it twice, whatever people replay, correct, discard and erase',
      fc.asyncProperty(withPeople, patience, async (scenario, giveUpAfterMs) => {
        await PGliteLedger.prepare(database);
        await runWithIds(scenario, emptied, { giveUpAfterMs });
      }),
    ],
    [
      'make one reward for a webhook without an id and all its retries, and one for an equal one later',
      fc.asyncProperty(withoutIds, async (scenario) => {
        await PGliteLedger.prepare(database);
        await runWithoutIds(scenario, emptied);
      }),
    ],
  ] as const)
    it(what, async () => {
      await fc.assert(property as fc.IAsyncProperty<unknown>, few);
    }).timeout(120_000);
});

describe('the model of couriers finds', () => {
  /** A ledger whose deliveries are broken in one way. */
  const broken =
    (change: (ledger: ReturnType<MakeLedger>) => void): (() => MakeLedger) =>
    () => {
      const make = sqlite.begin();
      return (clock, times) => {
        const ledger = make(clock, times);
        change(ledger);
        return ledger;
      };
    };

  for (const [what, scenario, giveUpAfterMs, begin, says] of [
    [
      'a double when a create of unknown outcome is repeated as one that failed',
      withIds,
      Infinity,
      broken((ledger) => {
        const { deliveries } = ledger;
        if (deliveries === undefined) return;
        ledger.markUnconfirmed = async (claim) => {
          await deliveries.postpone(claim, 'unavailable', 0);
        };
      }),
      /[2-9] rewards for id-/,
    ],
    [
      'a loss when a delivery that is to wait is forgotten',
      withIds,
      Infinity,
      broken((ledger) => {
        const { deliveries } = ledger;
        if (deliveries === undefined) return;
        Object.assign(ledger, {
          deliveries: { ...deliveries, postpone: (claim: Claim) => deliveries.drop(claim) },
        });
      }),
      /0 rewards for id-/,
    ],
    [
      'a loss when what is replayed is discarded',
      withPeople,
      0,
      broken((ledger) => {
        const { deliveries } = ledger;
        if (deliveries === undefined) return;
        const { admin } = deliveries;
        const replayAll: typeof admin.replayAll = (...args) => admin.discardAll(...args);
        Object.assign(ledger, { deliveries: { ...deliveries, admin: { ...admin, replayAll } } });
      }),
      /0 rewards for id-/,
    ],
  ] as const)
    it(what, async () => {
      const property = fc.asyncProperty(scenario, (steps) => runWithIds(steps, begin(), { giveUpAfterMs }));
      const { failed, errorInstance } = await fc.check(property, {
        numRuns: 20_000,
        seed: 1,
        endOnFailure: true,
      });
      expect(failed).to.equal(true);
      expect(String(errorInstance)).to.match(says);
    }).timeout(120_000);
});
