import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { toIdempotentRequest } from '../../../src/delivery/idempotentrequest.ts';
import { resentMs, toStoredRequest } from '../../../src/delivery/storedrequest.ts';
import { rewardsAction } from '../../../src/actions/rewards/rewardsaction.ts';
import { durableTenant } from '../../delivery/stored.ts';
import { webhook } from '../../support/webhooks.ts';
import { claimOf } from '../contract.ts';
import { keyringOf } from '../seal/samples.ts';
import { QuietClock, newFolder, openLedger } from './bench.ts';

const child = fileURLToPath(new URL('courierchild.ts', import.meta.url));
/** As short as the child's: the longest settle window that an entry was held with counts. */
const times = { leaseMs: 300, settleWindowMs: 200, retentionMs: 3_600_000 };
/** More of them, for a machine that has time: `WAITING=10000 npx mocha test/ledger/sqlite/couriercrash.test.ts`. */
const count = Number(env['WAITING'] ?? 300);

describe('A gateway that is killed while many deliveries wait', () => {
  let folder: Awaited<ReturnType<typeof newFolder>>;
  let path: string;
  let omneo: string;

  beforeEach(async () => {
    folder = await newFolder();
    path = join(folder.path, 'ledger.db');
    omneo = join(folder.path, 'omneo');
    mkdirSync(omneo);
  });
  afterEach(() => folder.remove());

  /** Stores as many webhooks, every other one without an id. */
  async function store(): Promise<Set<string>> {
    const ledger = await openLedger(path, { times, clock: new QuietClock(Date.now()) });
    const [tenant, keyring] = [durableTenant(), keyringOf(1)];
    const storing = Array.from({ length: count }, async (_, n) => {
      const raw = JSON.stringify(webhook({ id: n % 2 === 0 ? `id-${n}` : undefined }, { meta: { n } }));
      const parsed = rewardsAction().parse(JSON.parse(raw), tenant);
      const request = toIdempotentRequest(tenant, parsed, raw, 'request-1');
      const { entry } = toStoredRequest(request, { raw, tenant, keyring }, { separateInMs: resentMs });
      await ledger.deliveries.postpone(claimOf(await ledger.claim(entry)), 'throttled', 0);
      return entry.externalId;
    });
    const ids = await Promise.all(storing);
    await ledger.close();
    return new Set(ids);
  }

  /** How many are parked, for which reason. */
  async function parked(): Promise<Readonly<Record<string, number>>> {
    const ledger = await openLedger(path, { times, clock: new QuietClock(Date.now()) });
    const counts = await ledger.deliveries.counts();
    await ledger.close();
    return Object.fromEntries(counts.map(({ reason, count }) => [reason, count]));
  }

  /** Lets a gateway work for so long and kills it, unless it is done before, or dies of the poison. */
  async function work(ms: number, poison: readonly string[] = []): Promise<boolean> {
    const args = [child, path, omneo, ...poison];
    const gateway = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines: string[] = [];
    const output = createInterface({ input: gateway.stdout }).on('line', (line) => lines.push(line));
    const closed = Promise.all([once(output, 'close'), once(gateway, 'close')]);
    await once(output, 'line');
    await Promise.race([wait(ms, undefined, { ref: false }), closed]);
    gateway.kill('SIGKILL');
    await closed;
    return lines.includes('done');
  }

  it(`issues each of ${count} once, by the gateways that are started after it`, async () => {
    const ids = await store();
    let kills = 0;
    while (!(await work(kills < 5 ? 20 + 30 * kills : 60_000))) {
      kills += 1;
      expect(kills).to.be.below(7);
    }
    const issued = readdirSync(omneo).map((name) => name.split('.')[0]);
    expect(kills).to.be.at.least(2);
    expect(issued).to.have.length(count);
    expect(new Set(issued)).to.deep.equal(ids);
  }).timeout(120_000);

  it('parks the one that kills every gateway that works on it, and of the others a few at most', async () => {
    const ids = await store();
    const poison = 'id-0';
    let deaths = 0;
    while (!(await work(60_000, [poison]))) {
      deaths += 1;
      expect(deaths).to.be.below(12);
    }
    const issued = readdirSync(omneo).map((name) => name.split('.')[0]);
    expect(ids).to.include(poison);
    expect(issued).not.to.include(poison);
    expect(new Set(issued)).to.have.property('size', issued.length);
    const { gave_up: gaveUp, ...others } = await parked();
    expect(others).to.deep.equal({});
    expect(count - issued.length).to.be.at.least(1);
    // What is not issued is parked, and so may be what was created just before a gateway died. A gateway works on 32 of one
    // tenant at once: those that it took along are no more than that.
    expect(gaveUp).to.be.within(count - issued.length, 32);
  }).timeout(120_000);
});
