import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StartupError } from '../../lib/startup.ts';

/**
 * Holds the ledger for this process alone, until it is closed or the process ends in whatever way: an exclusive lock of
 * SQLite on an empty file beside the database. It is the operating system's lock on an open file, so none is left behind
 * by `kill -9`. The database itself stays open to readers, such as a backup.
 *
 * @throws StartupError, if another process holds it.
 */
export function lockLedger(path: string): DatabaseSync {
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
