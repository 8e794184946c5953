import { accessSync, chmodSync, closeSync, constants, existsSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartupError } from '../../../lib/startup.ts';
import { faultOf } from '../faults.ts';
import { inspectDatabase } from './inspect.ts';
import { type Migration, readMigrations } from './sqlfiles.ts';
import { inTransaction } from './store.ts';

/**
 * Every commit waits for its fsync (FULL; on macOS only `fullfsync` is one). Another program that reads is waited for
 * briefly. A log that grew in a storm is cut to 64 MiB.
 */
const pragmas = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA fullfsync = ON;
PRAGMA journal_size_limit = 67108864;
PRAGMA trusted_schema = OFF;
`;

/** The database, and the lock that keeps others out; both are to be closed, the lock last. */
export type OpenDatabase = Readonly<{ database: DatabaseSync; lock: DatabaseSync }>;

/**
 * Opens the database, made if it is not there with mode 0600, with the newest schema, for this process alone.
 *
 * @throws StartupError, with a sentence that names LEDGER_URL and what to change.
 */
export function openDatabase(path: string): OpenDatabase {
  // These files are the program's own: that they cannot be read says nothing about LEDGER_URL.
  const migrations = readMigrations();
  try {
    checkPlace(path);
    const lock = lockLedger(path);
    try {
      return { database: openLocked(path, migrations), lock };
    } catch (error) {
      lock.close();
      throw error;
    }
  } catch (error) {
    const fault = faultOf(error, path);
    throw fault === undefined ? error : new StartupError(`${fault}.`, { cause: error });
  }
}

/** By names alone: a file that is opened and closed here would take SQLite's locks on it away. */
function checkPlace(path: string): void {
  const folder = dirname(path);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new StartupError(
      `LEDGER_URL names a file in the folder ${folder}, which does not exist; make that folder, or change the path.`,
    );
  accessSync(folder, constants.W_OK | constants.X_OK);
  if (!existsSync(path)) return;
  if (!statSync(path).isFile())
    throw new StartupError(`LEDGER_URL names ${path}, which is no file; add the name of a file to the path.`);
  accessSync(path, constants.R_OK | constants.W_OK);
}

function openLocked(path: string, migrations: readonly Migration[]): DatabaseSync {
  if (!existsSync(path)) closeSync(openSync(path, 'ax', 0o600));
  inspectDatabase(path, migrations.length);
  const database = new DatabaseSync(path, { timeout: 1000 });
  try {
    database.exec(pragmas);
    migrateFile(database, migrations);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Holds the ledger for this process alone, until it is closed or the process ends in whatever way: an exclusive lock of
 * SQLite on an empty file beside the database. It is the operating system's lock on an open file, so none is left behind
 * by `kill -9`. The database itself stays open to readers, such as a backup.
 *
 * @throws StartupError, if another process holds it.
 */
function lockLedger(path: string): DatabaseSync {
  const file = `${path}-lock`;
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    chmodSync(file, 0o600);
    // Nothing is ever written, so nothing has to be undone.
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    const isHeld = error instanceof Error && 'errcode' in error && error.errcode === 5;
    if (!isHeld) throw error;
    throw new StartupError(
      `LEDGER_URL names ${path}, which another gateway has open; stop that one first, or give this one a file of its own.`,
      { cause: error },
    );
  }
}

/** Brings the schema to the newest version; each migration is made and counted in one step, or not at all. */
export function migrateFile(database: DatabaseSync, migrations: readonly Migration[]): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  for (const migration of migrations.filter((each) => each.version > version))
    inTransaction(database, () => {
      database.exec(`${migration.sql}\nPRAGMA user_version = ${migration.version};`);
    });
}
