import { expect } from 'chai';
import { rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SqliteLedger } from '../../../src/ledger/sqlite/sqlite.ts';
import { entryOf, times } from '../contract.ts';
import { QuietClock, newFolder, openHere } from './bench.ts';

describe('What an operator sees of a SQLite ledger', () => {
  let folder: Awaited<ReturnType<typeof newFolder>>;
  let path: string;
  let clock: QuietClock;
  let ledger: SqliteLedger;

  beforeEach(async () => {
    folder = await newFolder();
    path = join(folder.path, 'ledger.db');
    clock = new QuietClock(Date.now());
    ledger = openHere({ path, times, date: clock.now() }, clock);
  });
  afterEach(async () => {
    await ledger.close();
    await folder.remove();
  });

  /** Sets the time of the last checkpoint to so many seconds before now. */
  const age = (seconds: number): void => {
    utimesSync(path, new Date(), new Date(clock.now() - 1000 * seconds));
  };

  /** By another connection of this process, as SQLite itself does after 1000 pages. */
  function checkpoint(): void {
    const other = new DatabaseSync(path);
    other.exec('PRAGMA wal_checkpoint(PASSIVE)');
    other.close();
  }

  it('is the size of the database with its log, which grows with what is claimed', async () => {
    const { sizeBytes = 0 } = await ledger.stats();
    expect(sizeBytes).to.equal(statSync(path).size + statSync(`${path}-wal`).size);
    for (let n = 0; n < 5; n += 1) await ledger.claim(entryOf(`order-${n}`));
    expect((await ledger.stats()).sizeBytes).to.be.above(sizeBytes);
  });

  it('is the room on its disk, and how much of it is free', async () => {
    const { disk = { freeBytes: 0, sizeBytes: 0 } } = await ledger.stats();
    expect(disk.freeBytes).to.be.above(0);
    expect(disk.sizeBytes).to.be.above(disk.freeBytes);
  });

  it('is the time since the last checkpoint, which writes to the log do not end', async () => {
    age(90);
    await ledger.claim(entryOf('order-1'));
    expect((await ledger.stats()).checkpointAgeSeconds).to.be.closeTo(90, 0.01);
    clock.advance(10_000);
    expect((await ledger.stats()).checkpointAgeSeconds).to.be.closeTo(100, 0.01);
  });

  it('begins that time anew with each checkpoint', async () => {
    age(90);
    await ledger.claim(entryOf('order-1'));
    checkpoint();
    expect((await ledger.stats()).checkpointAgeSeconds).to.be.below(10);
  });

  it('is no time below nought when the clock was set back', async () => {
    age(-90);
    expect((await ledger.stats()).checkpointAgeSeconds).to.equal(0);
  });

  it('counts a log that is not there as none', async () => {
    const { size } = statSync(path);
    rmSync(`${path}-wal`);
    expect((await ledger.stats()).sizeBytes).to.equal(size);
  });

  it('is refused when the database is gone', async () => {
    rmSync(path);
    const error: unknown = await ledger.stats().catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Error).with.property('code', 'ENOENT');
  });
});
