import { expect } from 'chai';
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { getuid, seteuid } from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { LedgerUnavailable } from '../../../src/ledger/ledger.ts';
import { openDatabase } from '../../../src/ledger/sqlite/store/database.ts';
import { storeOn } from '../../../src/ledger/sqlite/store/openstore.ts';
import { SqliteLedger } from '../../../src/ledger/sqlite/sqlite.ts';
import { StartupError } from '../../../src/lib/startup.ts';
import { claimOf, entryOf, receipt, times } from '../contract.ts';
import { QuietClock, inThisThread, newFolder, openHere, openLedger, silent } from './bench.ts';

/** A sentence that names the setting and ends like one. */
const sentence = /^LEDGER_URL names [^\n]+; [^\n]+\.$/;

describe('A SQLite ledger', () => {
  let folder: Awaited<ReturnType<typeof newFolder>>;
  let path: string;

  beforeEach(async () => {
    folder = await newFolder();
    path = join(folder.path, 'ledger.db');
  });
  afterEach(() => folder.remove());

  /** The sentence with which the start is refused. */
  async function refusal(file = path): Promise<string> {
    try {
      await (await openLedger(file, { times })).close();
    } catch (error) {
      expect(error).to.be.instanceOf(StartupError);
      return (error as StartupError).message;
    }
    throw new Error('it was opened');
  }

  /** Makes a database with some issued entries. */
  async function fill(count = 20): Promise<void> {
    const ledger = openHere({ path, times, date: 1_000_000 }, new QuietClock(1_000_000));
    for (let n = 0; n < count; n += 1)
      await ledger.settle(claimOf(await ledger.claim(entryOf(`order-${n}`))), receipt);
    await ledger.close();
  }

  it('is a file that only its owner may read, and so are the files beside it', async () => {
    const ledger = await openLedger(path, { times });
    await ledger.check();
    const files = readdirSync(folder.path);
    expect(files).to.include.members(['ledger.db', 'ledger.db-wal', 'ledger.db-lock']);
    for (const file of files) expect(statSync(join(folder.path, file)).mode & 0o777, file).to.equal(0o600);
    await ledger.close();
  });

  it('leaves one file that holds everything, and an empty one, when it is closed', async () => {
    await fill();
    expect(readdirSync(folder.path).sort()).to.deep.equal(['ledger.db', 'ledger.db-lock']);
    expect(statSync(`${path}-lock`).size).to.equal(0);
  });

  it('holds no id of the caller', async () => {
    const ledger = openHere({ path, times, date: 0 }, new QuietClock(0));
    await ledger.claim({ ...entryOf('digest'), externalId: 'the-callers-own' });
    await ledger.claim({ ...entryOf('other'), externalId: 'gw-made-up', isGenerated: true });
    await ledger.close();
    const bytes = readFileSync(path, 'latin1');
    expect(bytes).to.not.contain('the-callers-own');
    expect(bytes).to.contain('gw-made-up');
  });

  it('deletes what expired, 500 entries at a time', async () => {
    const clock = new QuietClock(0);
    const open = openDatabase(path);
    const executor = inThisThread(storeOn(open, { path, times, date: 0 }));
    const ledger = new SqliteLedger({ executor, path, clock, times, log: silent });
    await Promise.all(Array.from({ length: 1200 }, (_, n) => ledger.claim(entryOf(`order-${n}`))));
    await ledger.recordMax('fact', 1);
    const left = (): unknown[] =>
      ['entries', 'facts'].map(
        (table) => open.database.prepare(`SELECT count(*) n FROM ${table}`).get()?.['n'],
      );
    clock.advance(times.retentionMs - 1);
    await ledger.check();
    expect(left()).to.deep.equal([1200, 1]);
    for (const rows of [700, 200, 0, 0]) {
      clock.advance(1000);
      await ledger.check();
      expect(left()).to.deep.equal([rows, 0]);
    }
    await ledger.close();
  });

  for (const [what, change] of [
    [
      'removed',
      () => {
        rmSync(path);
      },
    ],
    [
      'replaced',
      () => {
        writeFileSync(`${path}-new`, '');
        renameSync(`${path}-new`, path);
      },
    ],
  ] as const)
    it(`takes nothing more once its file is ${what}, since a restart would forget it`, async () => {
      const ledger = await openLedger(path, { times });
      await ledger.claim(entryOf('before'));
      change();
      for (const call of [ledger.claim(entryOf('after')), ledger.check()]) {
        const error: unknown = await call.catch((reason: unknown) => reason);
        expect(error).to.be.instanceOf(LedgerUnavailable);
        expect((error as Error).message).to.match(/^LEDGER_URL names .*, which was removed or replaced /);
      }
      await ledger.close();
    });

  it('does what it was asked before it is closed, and is unavailable for what comes behind that', async () => {
    const ledger = await openLedger(path, { times });
    const before = ledger.claim(entryOf('before'));
    const closing = ledger.close();
    const meanwhile: unknown = await ledger.recordMax('fact', 1).catch((reason: unknown) => reason);
    expect((await before).result).to.equal('won');
    await closing;
    const after: unknown = await ledger.readMax('fact').catch((reason: unknown) => reason);
    for (const error of [meanwhile, after]) expect(error).to.be.instanceOf(LedgerUnavailable);
  });

  it('can be copied by another program while it is open', async () => {
    const ledger = await openLedger(path, { times });
    await ledger.settle(claimOf(await ledger.claim(entryOf('a'))), receipt);
    const copy = join(folder.path, 'copy.db');
    const other = new DatabaseSync(path);
    other.exec(`VACUUM INTO '${copy}'`);
    other.close();
    await ledger.close();
    const restored = await openLedger(copy, { times });
    expect((await restored.claim(entryOf('a'))).result).to.equal('issued');
    await restored.close();
  });

  describe('refuses to start, with one sentence,', () => {
    it('when the folder does not exist', async () => {
      expect(await refusal(join(folder.path, 'none/ledger.db')))
        .to.match(sentence)
        .and.match(/folder \S+none, which does not exist; make that folder/);
    });

    it('when the path is a folder', async () => {
      mkdirSync(path);
      expect(await refusal())
        .to.match(sentence)
        .and.contain('which is no file');
    });

    it('when another ledger has the file open, in this process too, and leaves that one alone', async () => {
      const first = await openLedger(path, { times });
      expect(await refusal())
        .to.match(sentence)
        .and.contain('another gateway has open');
      await first.check();
      await first.close();
    });

    it('when the schema is newer than the program', async () => {
      await fill();
      const database = new DatabaseSync(path);
      database.exec('PRAGMA user_version = 99');
      database.close();
      const before = readFileSync(path);
      expect(await refusal())
        .to.match(sentence)
        .and.match(/schema has version 99, and this program knows \d+; start/);
      expect(readFileSync(path).equals(before)).to.equal(true);
    });

    it('when the database is that of another program, which stays as it is', async () => {
      const database = new DatabaseSync(path);
      database.exec('CREATE TABLE accounts (id INTEGER)');
      database.close();
      const before = readFileSync(path);
      expect(await refusal())
        .to.match(sentence)
        .and.contain('of another program; change the path');
      expect(readFileSync(path).equals(before)).to.equal(true);
    });

    for (const [what, damage, words] of [
      [
        'is no database',
        () => {
          writeFileSync(path, 'x'.repeat(9000));
        },
        'no SQLite database',
      ],
      [
        'is overwritten in the middle',
        () => {
          overwrite(4096, 4096);
        },
        'which is damaged; restore it from a backup',
      ],
      [
        'is cut off',
        () => {
          truncateSync(path, statSync(path).size - 4096);
        },
        'which is damaged',
      ],
      [
        'has lost its first page',
        () => {
          overwrite(100, 3900);
        },
        'which is damaged',
      ],
    ] as const)
      it(`when the file ${what}, and it stays as it is, byte for byte`, async () => {
        await fill(100);
        damage();
        const before = readFileSync(path);
        expect(await refusal())
          .to.match(sentence)
          .and.contain(words);
        expect(readFileSync(path).equals(before)).to.equal(true);
      });

    function overwrite(at: number, length: number): void {
      const bytes = readFileSync(path);
      bytes.fill(0xa5, at, at + length);
      writeFileSync(path, bytes);
    }

    describe('when the user may not write to', () => {
      /** Runs as a user who owns nothing, for this process may be root's. */
      async function asNobody(run: () => Promise<string>): Promise<string> {
        const isRoot = getuid?.() === 0;
        if (isRoot) seteuid?.(65_534);
        try {
          return await run();
        } finally {
          if (isRoot) seteuid?.(0);
        }
      }
      const refusedHere = () =>
        asNobody(() => {
          try {
            openHere({ path, times, date: 0 }, new QuietClock(0));
          } catch (error) {
            return Promise.resolve(String(error));
          }
          return Promise.resolve('it was opened');
        });

      it('the folder', async () => {
        chmodSync(folder.path, 0o555);
        expect(await refusedHere()).to.match(
          /^StartupError: LEDGER_URL names \S+, which cannot be written there; let/,
        );
      });

      for (const file of ['ledger.db', 'ledger.db-lock'])
        it(file, async () => {
          await fill();
          chmodSync(folder.path, 0o777);
          chmodSync(path, 0o666);
          chmodSync(join(folder.path, file), 0o444);
          const before = readFileSync(path);
          expect(await refusedHere()).to.match(
            /^StartupError: LEDGER_URL names \S+, which cannot be written there; let/,
          );
          expect(readFileSync(path).equals(before)).to.equal(true);
        });
    });
  });

  describe('whose disk is full', () => {
    it('is unavailable for what is new, answers what is issued, and goes on by itself when there is room', async () => {
      const open = openDatabase(path);
      const clock = new QuietClock(0);
      const executor = inThisThread(storeOn(open, { path, times, date: 0 }));
      const ledger = new SqliteLedger({ executor, path, clock, times, log: silent });
      const issued = claimOf(await ledger.claim(entryOf('issued')));
      await ledger.settle(issued, receipt);
      const limit = (pages: number) => open.database.prepare(`PRAGMA max_page_count = ${pages}`).get();
      limit(1);
      let count = 0;
      let failure: unknown;
      for (; failure === undefined && count < 1000; count += 1)
        await ledger.claim(entryOf(`order-${count}`)).catch((error: unknown) => (failure = error));
      expect(failure).to.be.instanceOf(LedgerUnavailable);
      expect(String(failure)).to.match(
        /the disk of \S+ledger\.db, which LEDGER_URL names, is full; make room on it$/,
      );
      expect((await ledger.claim(entryOf('issued'))).result).to.equal('issued');
      limit(1_000_000);
      expect((await ledger.claim(entryOf(`order-${count - 1}`))).result).to.equal('won');
      expect((await ledger.claim(entryOf('order-0'))).result).to.equal('busy');
      await ledger.close();
    });
  });

  it('whose making was cut off is made anew', async () => {
    const database = new DatabaseSync(path);
    database.exec('PRAGMA journal_mode = WAL');
    database.close();
    const ledger = await openLedger(path, { times });
    expect((await ledger.claim(entryOf('a'))).result).to.equal('won');
    await ledger.close();
    rmSync(path);
  });
});
