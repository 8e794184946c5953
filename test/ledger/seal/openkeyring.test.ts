import { expect } from 'chai';
import { mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { umask } from 'node:process';
import { PostgresAddress } from '../../../src/ledger/postgres/address.ts';
import { makeKeyFile } from '../../../src/ledger/seal/makekeyfile.ts';
import type { Keyring } from '../../../src/ledger/seal/keyring.ts';
import { openKeyring } from '../../../src/ledger/seal/openkeyring.ts';
import { SqliteAddress } from '../../../src/ledger/sqlite/address.ts';
import { StartupError } from '../../../src/lib/startup.ts';
import { HandClock } from '../clock.ts';
import { newFolder } from '../sqlite/bench.ts';
import { keyLine, keyringOf } from './samples.ts';

const postgres = PostgresAddress.parse('postgres://ada@db/ledger');
const about = { tenant: 'acme', key: 'd-1' };

describe('the keyring of a ledger', () => {
  let folder: Awaited<ReturnType<typeof newFolder>>;
  let database: string;
  let said: unknown[];

  beforeEach(async () => {
    folder = await newFolder();
    database = join(folder.path, 'ledger.db');
    said = [];
  });
  afterEach(() => folder.remove());

  const say = (...words: unknown[]): void => {
    said.push(words);
  };
  const open = (address: 'memory:' | SqliteAddress | PostgresAddress, keyFile?: string) =>
    openKeyring({ address, keyFile, clock: new HandClock(), log: { info: say, warn: say } });
  const openSqlite = (keyFile?: string) => open(SqliteAddress.parse(`sqlite:${database}`), keyFile);

  /** Whether two keyrings have one key. */
  const share = (one: Keyring | undefined, other: Keyring | undefined): boolean =>
    one !== undefined && other?.open(one.seal('x', about), about) === 'x';

  describe('with LEDGER_KEY_FILE', () => {
    for (const [ledger, address] of [
      ['SQLite', SqliteAddress.parse('sqlite:/nowhere/ledger.db')],
      ['PostgreSQL', postgres],
    ] as const)
      it(`has the keys of that file, with ${ledger}, and makes none`, async () => {
        const file = join(folder.path, 'keys');
        writeFileSync(file, `${keyLine(2)}\n${keyLine(1)}\n`);
        const keyring = await open(address, file);
        expect(share(keyring, keyringOf(2))).to.equal(true);
        expect(share(keyringOf(1), keyring)).to.equal(true);
        expect(readdirSync(folder.path)).to.deep.equal(['keys']);
        expect(said).to.deep.equal([]);
      });

    for (const [ledger, address] of [
      ['SQLite', SqliteAddress.parse('sqlite:/nowhere/ledger.db')],
      ['PostgreSQL', postgres],
    ] as const)
      it(`is refused with ${ledger} if that file is not there, and makes none`, async () => {
        const file = join(folder.path, 'keys');
        const refusal: unknown = await open(address, file).catch((error: unknown) => error);
        expect(refusal).to.be.instanceOf(StartupError);
        expect(String(refusal)).to.contain(`LEDGER_KEY_FILE: ${file} cannot be read (ENOENT)`);
        expect(readdirSync(folder.path)).to.deep.equal([]);
      });

    it('is none in memory, where nothing is stored', async () => {
      expect(await open('memory:', '/nowhere')).to.equal(undefined);
    });
  });

  describe('without LEDGER_KEY_FILE', () => {
    it('is none in memory and with PostgreSQL, whose replicas could not agree on one', async () => {
      expect(await open('memory:')).to.equal(undefined);
      expect(await open(postgres)).to.equal(undefined);
    });

    it('has a key of its own with SQLite, in a file beside the database that only its owner may read', async () => {
      const before = umask(0);
      try {
        await openSqlite();
      } finally {
        umask(before);
      }
      expect(readdirSync(folder.path)).to.deep.equal(['ledger.db.key']);
      const { mode } = statSync(`${database}.key`);
      expect((mode & 0o777).toString(8)).to.equal('600');
      expect(readFileSync(`${database}.key`, 'utf8')).to.match(/^[A-Za-z0-9+/]{43}=\n$/);
    });

    it('has the same key at every start, and says when it was made, and where, and not what it is', async () => {
      const first = await openSqlite();
      expect(said).to.deep.equal([
        [{ file: `${database}.key` }, 'made a key that seals webhooks; back it up'],
      ]);
      expect(share(first, await openSqlite())).to.equal(true);
      expect(said).to.have.length(1);
      expect(JSON.stringify(said)).not.to.contain(readFileSync(`${database}.key`, 'utf8').trim());
    });

    it('has another key for every database', async () => {
      const first = await openSqlite();
      database = join(folder.path, 'other.db');
      expect(share(first, await openSqlite())).to.equal(false);
    });

    it('has one key for all who make it at once', async () => {
      const keyrings = await Promise.all(Array.from({ length: 40 }, () => openSqlite()));
      for (const keyring of keyrings) expect(share(keyring, keyrings[0])).to.equal(true);
      expect(readdirSync(folder.path)).to.deep.equal(['ledger.db.key']);
      expect(said).to.have.length(1);
    });

    it('takes a key that was put there, and leaves it as it is', async () => {
      writeFileSync(`${database}.key`, `# by hand\n${keyLine(7)}\n`);
      expect(share(await openSqlite(), keyringOf(7))).to.equal(true);
      expect(readFileSync(`${database}.key`, 'utf8')).to.equal(`# by hand\n${keyLine(7)}\n`);
      expect(said).to.deep.equal([]);
    });

    for (const [what, spoil, sentence] of [
      [
        'is empty',
        (path: string): void => {
          writeFileSync(path, '');
        },
        / holds no key; /,
      ],
      [
        'is a folder',
        (path: string): void => {
          mkdirSync(path);
        },
        / cannot be read \(EISDIR\); /,
      ],
      [
        'leads nowhere',
        (path: string): void => {
          symlinkSync('/nowhere', path);
        },
        / cannot be read \(ENOENT\); /,
      ],
    ] as const)
      it(`is refused if what lies beside the database ${what}, and is not replaced`, async () => {
        spoil(`${database}.key`);
        const refusal: unknown = await openSqlite().catch((error: unknown) => error);
        expect(refusal).to.be.instanceOf(StartupError);
        expect(String(refusal)).to.match(sentence).and.contain(`LEDGER_KEY_FILE: ${database}.key`);
        expect(readdirSync(folder.path)).to.deep.equal(['ledger.db.key']);
      });

    it('is refused if the file cannot be made, with what to do', async () => {
      database = join(folder.path, 'missing/ledger.db');
      const refusal: unknown = await openSqlite().catch((error: unknown) => error);
      expect(refusal).to.be.instanceOf(StartupError);
      expect(String(refusal)).to.match(/ cannot be made \(ENOENT\); set it to a file with a key\.$/);
    });
  });
});

describe('the making of a key file', () => {
  it('says who of those that raced has made it', async () => {
    const folder = await newFolder();
    const path = join(folder.path, 'keys');
    const made = await Promise.all(Array.from({ length: 20 }, () => makeKeyFile(path)));
    expect(made.filter(Boolean)).to.have.length(1);
    expect(await makeKeyFile(path)).to.equal(false);
    await folder.remove();
  });
});
