/** Budgets in the simulated world: gateways and couriers on one ledger, whatever goes wrong. */
import { expect } from 'chai';
import fc from 'fast-check';
import { env } from 'node:process';
import type { IdempotentRequest } from '../../src/delivery/idempotentrequest.ts';
import { toIdempotentRequest } from '../../src/delivery/idempotentrequest.ts';
import type { Reservation, Reserved } from '../../src/ledger/budgets/budgets.ts';
import type { Claim } from '../../src/ledger/ledger.ts';
import type { Limits } from '../../src/tenants/limits.ts';
import { adaWebhook, rewardRequestOf, tenantOf } from '../support/rewards.ts';
import { entryOf } from './contract.ts';
import { DurableFleet } from './model/durablefleet.ts';
import { type Scenario, scale, scenarios } from './model/faults.ts';
import { Fleet } from './model/fleet.ts';
import { type MakeLedger, sound } from './model/mutations.ts';
import { SqliteRuns } from './model/sqlite.ts';
import { PGliteDatabase, PGliteLedger } from './postgres/pglite.ts';
import { WrappedLedger } from './wrapped.ts';

/** More runs, for a machine that has time: `MODEL_RUNS=100000 npx mocha test/ledger/budgetmodel.test.ts`. */
const numRuns = Number(env['MODEL_RUNS'] ?? 300);

/** Entries are kept for as long as a run takes: one that is forgotten with its outcome unknown stays charged. */
const keeping =
  (make: MakeLedger): MakeLedger =>
  (clock, times) =>
    make(clock, { ...times, retentionMs: 100_000 });

const dayMs = 24 * 3_600_000;
/** Longer than a gateway remembers that a budget had no room, in milliseconds. */
const forgottenMs = 4000;
const days = ['acme/1970-01-01', 'acme/1970-01-02'];

const ids = ['id-0', 'id-1'];
const webhookOf = (id: string) => ({ ...adaWebhook, id, fields: { marker: id } });

/** One reward of 10, as one of the limits says it. */
const limits = fc.constantFrom<Limits>(
  { perDay: { rewards: 1 } },
  { perDay: { amount: 19.99 } },
  { perProfilePerDay: { rewards: 1 } },
  { perDay: { rewards: 1, amount: 1000 }, perProfilePerDay: { amount: 10 } },
);

/** Fails with the whole context when anything was wrong. */
function hold({ wrongs, world }: Pick<Fleet, 'wrongs' | 'world'>): void {
  if (wrongs.length > 0) throw new Error([...wrongs, ...world.history].join('\n'));
}

/** Webhooks of callers that come back, on a day, or while one day becomes the next. */
async function runSynchronous(
  scenario: Scenario,
  makeLedger: MakeLedger,
  {
    isEmbedded = false,
    limits,
    beginsAt,
  }: Readonly<{ isEmbedded?: boolean; limits: Limits; beginsAt: number }>,
): Promise<void> {
  const fleet = new Fleet(scenario, makeLedger, isEmbedded, limits);
  await fleet.world.pass(beginsAt);
  const orders = ids.map((id) =>
    toIdempotentRequest(tenantOf('acme'), rewardRequestOf(webhookOf(id)), id, id),
  );
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
  const { length } = fleet.omneo.rewards;
  const most = beginsAt === 0 ? 1 : 2;
  if (length > Math.min(sent.size, most)) fleet.wrongs.push(`${length} rewards, which is over the budget`);
  if (length < Math.min(sent.size, 1)) fleet.wrongs.push('no reward though nothing is in its way');
  if (limits.perDay !== undefined) {
    const spent = await fleet.spent(...days);
    if (spent !== length) fleet.wrongs.push(`${spent} are spent for ${length} rewards`);
  }
  hold(fleet);
}

/** All faults cease, time passes, and some more attempts are made for each webhook: what has room is issued. */
async function settleAll(fleet: Fleet, orders: readonly IdempotentRequest[]): Promise<void> {
  fleet.faults.cease();
  await fleet.world.calm();
  for (let left = 3; left > 0; left -= 1) {
    await fleet.world.pass(scale.times.leaseMs + scale.times.settleWindowMs + forgottenMs);
    for (const request of orders) {
      fleet.send(0, request, () => undefined);
      await fleet.world.calm();
    }
  }
}

/** Webhooks that are stored, until the budget is raised in the end. */
async function runDurable(
  scenario: Scenario,
  makeLedger: MakeLedger,
  { isEmbedded = false, limits }: Readonly<{ isEmbedded?: boolean; limits: Limits }>,
): Promise<void> {
  const fleet = new DurableFleet(scenario, makeLedger, { isEmbedded, limits });
  const told = new Set<string>();
  for (const { wait, what, gateway, webhook, ms } of scenario.steps) {
    await fleet.world.pass(wait);
    const id = ids[webhook]!;
    if (what === 'pause') fleet.pause(gateway, ms);
    else if (what === 'crash') fleet.crash(gateway);
    else
      fleet.send(gateway, { webhook: webhookOf(id), body: id }, (answer) => {
        if (answer !== null) told.add(id);
        return answer !== null;
      });
  }
  fleet.faults.cease();
  await fleet.world.pass(2 * forgottenMs);
  const before = fleet.omneo.rewards.length;
  if (before > 1) fleet.wrongs.push(`${before} rewards, which is over the budget`);
  fleet.limit({ perDay: { rewards: 2 } });
  await fleet.settle();
  for (const id of ids) {
    const count = fleet.count(id);
    if (count > 1 || count < Number(told.has(id))) fleet.wrongs.push(`${count} rewards for ${id}`);
  }
  if (limits.perDay !== undefined) {
    const spent = await fleet.spent(days[0]!);
    const { length } = fleet.omneo.rewards;
    if (spent !== length) fleet.wrongs.push(`${spent} are spent for ${length} rewards`);
  }
  hold(fleet);
}

const steps = scenarios({
  what: ['send', 'send', 'send', 'send', 'pause', 'crash'],
  waits: [10, 40, 40, 200],
});
const begins = fc.constantFrom(0, dayMs - 300);
const sqlite = new SqliteRuns();

for (const [name, begin, isEmbedded] of [
  ['several gateways on one ledger', () => sound, false],
  ['several gateways on the tables of the SQLite ledger', () => sqlite.begin(), false],
  ['one gateway whose SQLite ledger goes down with it', () => sqlite.begin(), true],
] as const)
  describe(`the budgets of ${name}, whatever goes wrong`, () => {
    it('are never exceeded, and what is issued is what is spent in the end', async () => {
      await fc.assert(
        fc.asyncProperty(steps, limits, begins, (scenario, limits, beginsAt) =>
          runSynchronous(scenario, keeping(begin()), { isEmbedded, limits, beginsAt }),
        ),
        { numRuns },
      );
    }).timeout(120_000);
  });

for (const [name, isEmbedded] of [
  ['several gateways with couriers on one durable ledger', false],
  ['one gateway with a courier, whose SQLite ledger goes down with it', true],
] as const)
  describe(`the budgets of ${name}, whatever goes wrong`, () => {
    it('are never exceeded, and once they are raised all is issued, and that is what is spent', async () => {
      await fc.assert(
        fc.asyncProperty(steps, limits, (scenario, limits) =>
          runDurable(scenario, keeping(sqlite.begin()), { isEmbedded, limits }),
        ),
        { numRuns: Math.ceil(numRuns / 3) },
      );
    }).timeout(120_000);
  });

describe('the budgets of several gateways on one Postgres ledger, whatever goes wrong', () => {
  let database: PGliteDatabase;
  before(async () => {
    database = await PGliteDatabase.open();
  });
  after(() => database.end());

  // A run takes some hundred statements, and PGlite a millisecond for each.
  const few = { numRuns: Math.ceil(numRuns / 20), endOnFailure: true };
  const emptied: MakeLedger = keeping((clock, times) => new PGliteLedger({ database, clock, times }));

  it('are never exceeded, and what is issued is what is spent in the end', async () => {
    await fc.assert(
      fc.asyncProperty(steps, limits, begins, async (scenario, limits, beginsAt) => {
        await PGliteLedger.prepare(database);
        await runSynchronous(scenario, emptied, { limits, beginsAt });
      }),
      few,
    );
  }).timeout(120_000);

  it('are never exceeded, and once they are raised all is issued, and that is what is spent', async () => {
    await fc.assert(
      fc.asyncProperty(steps, limits, async (scenario, limits) => {
        await PGliteLedger.prepare(database);
        await runDurable(scenario, emptied, { limits });
      }),
      few,
    );
  }).timeout(120_000);
});

/** Says that it has charged, and has not. */
class WithoutCharge extends WrappedLedger {
  override reserve(): Promise<Reserved> {
    return Promise.resolve({ result: 'reserved' });
  }
}

/** What is released stays charged. */
class WithoutGivingBack extends WrappedLedger {
  readonly #reservations = new Map<string, Reservation>();

  override reserve(claim: Claim, reservation: Reservation): Promise<Reserved> {
    this.#reservations.set(claim.owner, reservation);
    return this.sound.reserve(claim, reservation);
  }

  override async release(claim: Claim): Promise<void> {
    await this.sound.release(claim);
    const kept = this.#reservations.get(claim.owner);
    const other = await this.sound.claim(entryOf(`kept of ${claim.owner}`));
    if (kept !== undefined && 'claim' in other) await this.sound.reserve(other.claim, kept);
  }
}

/** A create whose outcome is unknown gives its charge back. */
class WithoutSuspicionOfCharges extends WrappedLedger {
  override async markUnconfirmed(
    ...[claim, ...about]: Parameters<WrappedLedger['markUnconfirmed']>
  ): Promise<void> {
    await this.sound.reserve({ ...claim }, { charges: [], keepMs: 0 });
    await this.sound.markUnconfirmed(claim, ...about);
    const next = await this.sound.claim({ ...claim, tenant: 'acme', fingerprint: '' });
    if (!('claim' in next)) return;
    await this.sound.reserve(next.claim, { charges: [], keepMs: 0 });
    await this.sound.markUnconfirmed(next.claim, ...about);
  }
}

describe('the model of budgets finds', () => {
  for (const [what, makeLedger, says] of [
    ['too much when nothing is charged', WithoutCharge, /over the budget|are spent for/],
    [
      'too much when an unknown outcome gives its charge back',
      WithoutSuspicionOfCharges,
      /over the budget|are spent for/,
    ],
    ['too little when a failure keeps its charge', WithoutGivingBack, /no reward though|are spent for/],
  ] as const)
    it(what, async () => {
      const make: MakeLedger = keeping((clock, times) => new makeLedger(sound(clock, times)));
      const property = fc.asyncProperty(steps, (scenario) =>
        runSynchronous(scenario, make, { limits: { perDay: { rewards: 1 } }, beginsAt: 0 }),
      );
      const { failed, errorInstance } = await fc.check(property, {
        numRuns: 20_000,
        seed: 1,
        endOnFailure: true,
      });
      expect(failed).to.equal(true);
      expect(String(errorInstance)).to.match(says);
    }).timeout(120_000);
});
