import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import { claimOf, entryOf, times } from '../contract.ts';
import { QuietClock, newFolder, openHere, openLedger } from './bench.ts';

const child = fileURLToPath(new URL('child.ts', import.meta.url));
/** More kills, for a machine that has time: `SQLITE_KILLS=100 npx mocha test/ledger/sqlite/crash.test.ts`. */
const kills = Number(env['SQLITE_KILLS'] ?? 6);

/** The wall says what it says; children go by the machine's own. */
const clockNow = () => new QuietClock(Date.now());

/** Whether the id is issued, with its own receipt; throws if it is issued with another. */
async function isIssued(ledger: Ledger, id: number): Promise<boolean> {
  const claimed = await ledger.claim(entryOf(String(id)));
  if (claimed.result !== 'issued') return false;
  expect(claimed.receipt).to.deep.equal({ resourceId: id, matchedBy: 'klaviyo' });
  return true;
}

describe('A SQLite ledger whose process', () => {
  let folder: Awaited<ReturnType<typeof newFolder>>;
  let path: string;

  beforeEach(async () => {
    folder = await newFolder();
    path = join(folder.path, 'ledger.db');
  });
  afterEach(() => folder.remove());

  /** Lets a process write for so long after it has opened the ledger, kills it, and gives what it said was settled. */
  async function writeAndKill(first: number, ms: number): Promise<number[]> {
    const writer = spawn(process.execPath, [child, path, String(first)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines: string[] = [];
    const output = createInterface({ input: writer.stdout }).on('line', (line) => lines.push(line));
    const closed = Promise.all([once(output, 'close'), once(writer, 'close')]);
    await once(output, 'line');
    await wait(ms);
    writer.kill('SIGKILL');
    await closed;
    expect(lines[0]).to.equal('open');
    // The last line may be cut off in the middle, and would be another id.
    return lines.slice(1, -1).map(Number);
  }

  it(`is killed ${kills} times in the middle of its writes has every settle that it acknowledged`, async () => {
    const settled: number[] = [];
    for (let n = 0; n < kills; n += 1) settled.push(...(await writeAndKill(n * 1_000_000, (n * 37) % 150)));
    expect(settled).to.have.length.above(kills);
    const ledger = await openLedger(path, { times, clock: clockNow() });
    for (const id of settled) expect(await isIssued(ledger, id), String(id)).to.equal(true);
    await ledger.close();
  }).timeout(1000 * kills + 20_000);

  it('is killed leaves no lock behind, and keeps others out while it lives', async () => {
    const writer = spawn(process.execPath, [child, path, '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(createInterface({ input: writer.stdout }), 'line');
    const failure = await openLedger(path, { times }).then(
      () => 'opened',
      (error: unknown) => String(error),
    );
    writer.kill('SIGKILL');
    await once(writer, 'close');
    expect(failure).to.match(
      /^StartupError: LEDGER_URL names [^.]+\.db, which another gateway has open; stop that one/,
    );
    await (await openLedger(path, { times })).close();
  });

  describe('is gone without a checkpoint, and whose log', () => {
    const ids = Array.from({ length: 40 }, (_, n) => n + 1);
    let copy: string;

    /** A copy of database and log as they are while the ledger is open, and the log's size after each settle. */
    async function copyOfOpen(): Promise<number[]> {
      const ledger = openHere({ path, times, date: 0 }, new QuietClock(0));
      const sizes: number[] = [];
      for (const id of ids) {
        const claim = claimOf(await ledger.claim(entryOf(String(id))));
        await ledger.settle(claim, { resourceId: id, matchedBy: 'klaviyo' });
        sizes.push(statSync(`${path}-wal`).size);
      }
      copy = join(folder.path, 'copy.db');
      for (const end of ['', '-wal']) copyFileSync(`${path}${end}`, `${copy}${end}`);
      await ledger.close();
      return sizes;
    }

    async function issuedIn(file: string): Promise<boolean[]> {
      const ledger = openHere({ path: file, times, date: 0 }, new QuietClock(0));
      const found: boolean[] = [];
      for (const id of ids) found.push(await isIssued(ledger, id));
      await ledger.close();
      return found;
    }

    /** Damages the log from `at` on, and holds what is left against what was acknowledged before that. */
    async function expectAllBefore(sizes: readonly number[], at: number, damage: (log: string) => void) {
      const damaged = join(folder.path, 'damaged.db');
      for (const end of ['-shm', '-wal', '-lock', '']) rmSync(`${damaged}${end}`, { force: true });
      for (const end of ['', '-wal']) copyFileSync(`${copy}${end}`, `${damaged}${end}`);
      damage(`${damaged}-wal`);
      const found = await issuedIn(damaged);
      const kept = found.lastIndexOf(true) + 1;
      expect(found.slice(0, kept), `of ${at}`).to.not.include(false);
      expect(kept).to.be.at.least(sizes.filter((size) => size <= at).length);
    }

    it('is whole has everything', async () => {
      await copyOfOpen();
      expect(await issuedIn(copy)).to.not.include(false);
    });

    it('is cut off anywhere has all that was acknowledged before the cut, and nothing wrong', async () => {
      const sizes = await copyOfOpen();
      const most = sizes.at(-1) ?? 0;
      for (let at = 0; at <= most; at += Math.ceil(most / 25))
        await expectAllBefore(sizes, at, (log) => {
          truncateSync(log, at);
        });
    });

    it('is garbled anywhere has all that was acknowledged before that, and nothing wrong', async () => {
      const sizes = await copyOfOpen();
      const most = sizes.at(-1) ?? 0;
      for (let at = 5; at < most; at += Math.ceil(most / 25))
        await expectAllBefore(sizes, at, (log) => {
          const bytes = readFileSync(log);
          bytes.fill(0xa5, at, at + 300);
          writeFileSync(log, bytes);
        });
    });
  });
});
