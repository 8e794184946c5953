import { expect } from 'chai';
import fc from 'fast-check';
import { env } from 'node:process';
import type { Issued } from '../../src/delivery/delivered.ts';
import type { IdempotentRequest } from '../../src/delivery/idempotentrequest.ts';
import { type Scenario, scale, scenarios } from './model/faults.ts';
import { Fleet } from './model/fleet.ts';
import { type MakeLedger, mutations, sound } from './model/mutations.ts';
import { rewardRequestOf } from '../support/rewards.ts';
import { PGliteDatabase, PGliteLedger } from './postgres/pglite.ts';
import { SqliteRuns } from './model/sqlite.ts';

/** More runs, for a machine that has time: `MODEL_RUNS=100000 npx mocha test/ledger/model.test.ts`. */
const numRuns = Number(env['MODEL_RUNS'] ?? 1000);

/** A webhook as the gateway hands it to the Deliverer; `marker` is found on the reward that is made for it. */
function requestOf(key: string, externalId: string, marker: string): IdempotentRequest {
  const fields = { marker };
  const webhook = {
    id: key.startsWith('body') ? null : key,
    personId: 'ada',
    email: null,
    emailFault: null,
    definitionId: 42,
    amount: 10,
    fields,
  };
  const withoutId = key.startsWith('body');
  const entry = { key, tenant: 'acme', fingerprint: 'same', externalId, isGenerated: withoutId };
  const names = { tenant: 'acme', request_id: key };
  return { webhook: rewardRequestOf(webhook), entry, withoutId, names };
}

/** Fails with the whole context when anything was wrong. */
function hold(fleet: Fleet): void {
  if (fleet.wrongs.length > 0) throw new Error([...fleet.wrongs, ...fleet.world.history].join('\n'));
}

function countRewards(fleet: Fleet, marker: string, most: number): void {
  const count = fleet.omneo.rewards.filter((reward) => reward.marker === marker).length;
  if (count > most) fleet.wrongs.push(`${count} rewards for ${marker}`);
}

/** Webhooks with an id, sent by a caller that may send any of them at any time to any gateway. */
async function runWithIds(scenario: Scenario, makeLedger: MakeLedger, isEmbedded = false): Promise<void> {
  const fleet = new Fleet(scenario, makeLedger, isEmbedded);
  const orders = ['id-0', 'id-1'].map((id) => requestOf(id, id, id));
  const sent = new Set<IdempotentRequest>();
  for (const { wait, what, gateway, webhook, ms } of scenario.steps) {
    await fleet.world.pass(wait);
    if (what === 'pause') fleet.pause(gateway, ms);
    else if (what === 'crash') fleet.crash(gateway);
    else {
      sent.add(orders[webhook]!);
      fleet.send(gateway, orders[webhook]!, () => undefined);
    }
  }
  await settleAll(fleet, [...sent]);
  for (const request of orders) countRewards(fleet, request.entry.externalId, sent.has(request) ? 1 : 0);
  hold(fleet);
}

/** All faults cease, time passes, and one more attempt is made for each webhook: each must succeed. */
async function settleAll(fleet: Fleet, orders: readonly IdempotentRequest[]): Promise<void> {
  fleet.faults.cease();
  await fleet.world.calm();
  await fleet.world.pass(scale.times.leaseMs + scale.times.settleWindowMs);
  for (const request of orders) {
    const answers: (Issued | null)[] = [];
    fleet.send(0, request, (issued) => answers.push(issued));
    await fleet.world.calm();
    if (!answers[0]) fleet.wrongs.push(`${request.entry.key} is not issued though nothing is in its way`);
  }
}

/**
 * Webhooks without an id, all with one body. The caller sends one until it is told 200, and then the next; it
 * hangs up on a gateway that does not answer in time, and some answers are lost on their way to it.
 */
class Caller {
  told = 0;
  readonly #fleet: Fleet;
  #attempts = 0;
  #openSince: number | null = null;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  send(gateway: number, answerIsLost: boolean): void {
    const { world } = this.#fleet;
    if (this.#openSince !== null && world.now - this.#openSince < scale.answerMs) return;
    const attempt = ++this.#attempts;
    const request = requestOf('body-0', `gw-${attempt}`, `webhook ${this.told}`);
    this.#openSince = world.now;
    this.#fleet.send(gateway, request, (issued) => {
      const isAwaited = attempt === this.#attempts;
      const isTold = isAwaited && issued !== null && !answerIsLost;
      if (isAwaited) this.#openSince = null;
      if (isTold) this.told += 1;
      if (issued !== null) this.#fleet.answered(gateway, request, issued, isTold);
    });
  }
}

async function runWithoutIds(scenario: Scenario, makeLedger: MakeLedger, isEmbedded = false): Promise<void> {
  const fleet = new Fleet(scenario, makeLedger, isEmbedded);
  const caller = new Caller(fleet);
  for (const { wait, what, gateway, webhook } of scenario.steps) {
    await fleet.world.pass(wait);
    if (what === 'crash') fleet.crash(gateway);
    else caller.send(gateway, webhook === 1);
  }
  fleet.faults.cease();
  await fleet.world.calm();
  await fleet.world.pass(scale.times.leaseMs + scale.times.settleWindowMs);
  const before = caller.told;
  caller.send(0, false);
  await fleet.world.calm();
  if (caller.told === before)
    fleet.wrongs.push('the last webhook is not issued though nothing is in its way');
  for (let n = 0; n < caller.told; n++) countRewards(fleet, `webhook ${n}`, 1);
  hold(fleet);
}

const withIds = scenarios({
  what: ['send', 'send', 'send', 'send', 'pause', 'crash'],
  waits: [10, 40, 40, 200, 4000],
});
const withoutIds = scenarios({ what: ['send', 'send', 'send', 'send', 'crash'], waits: [10, 40, 200] });

const sqlite = new SqliteRuns();

for (const [name, begin, isEmbedded] of [
  ['several gateways on one ledger', () => sound, false],
  ['several gateways on the tables of the SQLite ledger', () => sqlite.begin(), false],
  ['one gateway whose SQLite ledger goes down with it', () => sqlite.begin(), true],
] as const)
  describe(`${name}, whatever goes wrong`, () => {
    it('commit at most one reward for an id, and exactly one in the end', async () => {
      await fc.assert(
        fc.asyncProperty(withIds, (scenario) => runWithIds(scenario, begin(), isEmbedded)),
        { numRuns },
      );
    }).timeout(120_000);

    it('commit at most one reward for a webhook without an id and all its retries', async () => {
      await fc.assert(
        fc.asyncProperty(withoutIds, (scenario) => runWithoutIds(scenario, begin(), isEmbedded)),
        { numRuns },
      );
    }).timeout(120_000);
  });

describe('several gateways on one Postgres ledger, whatever goes wrong', () => {
  let database: PGliteDatabase;
  before(async () => {
    database = await PGliteDatabase.open();
  });
  after(() => database.end());

  // A run takes some hundred statements, and PGlite a millisecond for each.
  const few = { numRuns: Math.ceil(numRuns / 10), endOnFailure: true };
  const emptied: MakeLedger = (clock, times) => new PGliteLedger({ database, clock, times });
  const onPostgres = async (run: () => Promise<void>): Promise<void> => {
    await PGliteLedger.prepare(database);
    await run();
  };

  it('commit at most one reward for an id, and exactly one in the end', async () => {
    await fc.assert(
      fc.asyncProperty(withIds, (scenario) => onPostgres(() => runWithIds(scenario, emptied))),
      few,
    );
  }).timeout(120_000);

  it('commit at most one reward for a webhook without an id and all its retries', async () => {
    await fc.assert(
      fc.asyncProperty(withoutIds, (scenario) => onPostgres(() => runWithoutIds(scenario, emptied))),
      few,
    );
  }).timeout(120_000);
});

describe('the model finds a double when', () => {
  for (const [name, makeLedger] of Object.entries(mutations)) {
    it(name, async () => {
      const property = fc.asyncProperty(withIds, (scenario) => runWithIds(scenario, makeLedger));
      const { failed, errorInstance } = await fc.check(property, {
        numRuns: 20_000,
        seed: 1,
        endOnFailure: true,
      });
      expect(failed).to.equal(true);
      expect(String(errorInstance)).to.match(/[2-9] rewards for id-/);
    });
  }
});
