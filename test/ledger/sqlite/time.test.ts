import { expect } from 'chai';
import { join } from 'node:path';
import type { ClaimResult, Ledger } from '../../../src/ledger/ledger.ts';
import { claimOf, entryOf, receipt, times, unconfirmed } from '../contract.ts';
import { QuietClock, newFolder, openHere } from './bench.ts';

const hour = 3_600_000;

describe('The time of a SQLite ledger', () => {
  let folder: Awaited<ReturnType<typeof newFolder>>;
  /** Of the machine: what it says is kept while no process runs. */
  let wall: number;
  let clock: QuietClock;
  let ledger: Ledger;

  /** Starts a process, whose monotonic clock begins anew. */
  function start(): void {
    const path = join(folder.path, 'ledger.db');
    clock = new QuietClock(Math.random() * 1000);
    ledger = openHere({ path, times, date: wall }, clock);
  }

  /** Lets a process run for so long, with a write at the end. */
  async function run(ms: number): Promise<void> {
    clock.advance(ms);
    wall += ms;
    await ledger.check();
  }

  /** Ends the process, and starts the next after so much time by the clock on the wall, which may be set back. */
  async function restart(after: number): Promise<void> {
    await ledger.close();
    wall += after;
    start();
  }

  const waitOf = (result: ClaimResult): number =>
    result.result === 'unconfirmed' ? Math.round(result.believeMissIn) : Number.NaN;

  beforeEach(async () => {
    folder = await newFolder();
    wall = 1_790_000_000_000;
    start();
  });
  afterEach(async () => {
    await ledger.close();
    await folder.remove();
  });

  for (const [what, after] of [
    ['is on at once', 0],
    ['was off for a day', 24 * hour],
    ['is set back by a day', -24 * hour],
    ['is set back to 1970', -1_790_000_000_000],
    ['is set ahead by a day', 24 * hour],
  ] as const) {
    describe(`after a restart, when the machine ${what},`, () => {
      it('has left of a settle window what was left', async () => {
        await ledger.markUnconfirmed(claimOf(await ledger.claim(entryOf('a'))), unconfirmed);
        await run(50_000);
        await restart(after);
        const again = await ledger.claim(entryOf('a'));
        expect(waitOf(again)).to.equal(times.settleWindowMs - 50_000);
      });

      it('has left of a lease what was left, and a settle window behind it', async () => {
        await ledger.claim(entryOf('a'));
        await run(10_000);
        await restart(after);
        clock.advance(times.leaseMs - 10_000 - 1);
        expect((await ledger.claim(entryOf('a'))).result).to.equal('busy');
        clock.advance(1);
        expect(waitOf(await ledger.claim(entryOf('a')))).to.be.closeTo(times.settleWindowMs, 1);
      });

      it('knows what was over before as over', async () => {
        await ledger.markUnconfirmed(claimOf(await ledger.claim(entryOf('a'))), unconfirmed);
        await run(times.settleWindowMs);
        await restart(after);
        expect(waitOf(await ledger.claim(entryOf('a')))).to.equal(0);
      });
    });
  }

  it('counts many short runs together, and none of the pauses between them', async () => {
    await ledger.markUnconfirmed(claimOf(await ledger.claim(entryOf('a'))), unconfirmed);
    for (let n = 0; n < 5; n += 1) {
      await run(10_000);
      await restart(hour / 100);
    }
    expect(waitOf(await ledger.claim(entryOf('a')))).to.equal(times.settleWindowMs - 50_000);
  });

  for (const after of [0, 24 * hour, -24 * hour])
    it(`keeps what is issued for the retention, without a pause of ${after / hour} hours by the clock`, async () => {
      await ledger.settle(claimOf(await ledger.claim(entryOf('a'))), receipt);
      await run(10_000);
      await restart(after);
      clock.advance(times.retentionMs - 10_000 - 1);
      expect((await ledger.claim(entryOf('a'))).result).to.equal('issued');
      clock.advance(1.1);
      expect((await ledger.claim(entryOf('a'))).result).to.equal('won');
    });

  it('waits for the longest settle window that was set while the entry was under way', async () => {
    await ledger.claim(entryOf('a'));
    await ledger.close();
    const shorter = { ...times, settleWindowMs: 1000 };
    ledger = openHere({ path: join(folder.path, 'ledger.db'), times: shorter, date: wall }, clock);
    clock.advance(times.leaseMs);
    expect(waitOf(await ledger.claim(entryOf('a')))).to.be.closeTo(times.settleWindowMs, 1);
  });

  it('keeps facts over a restart, for the retention', async () => {
    await ledger.recordMax('a', 7);
    await restart(0);
    expect(await ledger.readMax('a')).to.equal(7);
    clock.advance(times.retentionMs);
    expect(await ledger.readMax('a')).to.equal(0);
    await ledger.recordMax('a', 3);
    expect(await ledger.readMax('a')).to.equal(3);
  });

  it('gives no owner of an earlier process its claim back', async () => {
    const before = claimOf(await ledger.claim(entryOf('a')));
    await restart(0);
    clock.advance(times.leaseMs);
    const taken = claimOf(await ledger.claim(entryOf('a')));
    expect(taken.owner).to.not.equal(before.owner);
    expect(await ledger.settle(before, receipt)).to.equal(false);
  });
});
