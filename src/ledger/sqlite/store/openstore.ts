import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { LedgerCall, OpenOptions } from '../calls.ts';
import { type OpenDatabase, openDatabase } from './database.ts';
import { faultOf, replaced } from '../faults.ts';
import { readStatement } from './sqlfiles.ts';
import { Store, inTransaction } from './store.ts';

/** What came of a batch: an answer a call, or why nothing of it is on disk. */
export type BatchOutcome = Readonly<{ answers: readonly unknown[] }> | Readonly<{ fault: string }>;

/** The ledger's tables, open. */
export type OpenStore = Readonly<{
  openedAt: number;
  run: (calls: readonly LedgerCall[]) => BatchOutcome;
  close: () => void;
}>;

/**
 * Opens the database and starts its time.
 *
 * @throws StartupError, as openDatabase.
 */
export function openStore({ path, times, date }: OpenOptions): OpenStore {
  const store = storeOn(openDatabase(path), { path, times, date });
  const opened = fileAt(path);
  return {
    ...store,
    // What is written to a file without its name lasts until this process ends, and no longer.
    run: (calls) => {
      const fault = faultOfName(path, opened);
      return fault === undefined ? store.run(calls) : { fault };
    },
  };
}

/** What is wrong with the name of the file that is open, if anything. */
function faultOfName(path: string, opened: string | undefined): string | undefined {
  try {
    return fileAt(path) === opened ? undefined : replaced(path);
  } catch (error) {
    const fault = faultOf(error, path);
    if (fault === undefined) throw error;
    return fault;
  }
}

/** Which file has this name now; undefined: none. */
function fileAt(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return found && `${found.dev} ${found.ino}`;
}

/** The same, on a database that is open. */
export function storeOn({ database, lock }: OpenDatabase, { path, times, date }: OpenOptions): OpenStore {
  const openedAt = startTime(database, date);
  const store = new Store(database, times);
  return {
    openedAt,
    run: (calls) => {
      try {
        return { answers: store.run(calls) };
      } catch (error) {
        const fault = faultOf(error, path);
        if (fault === undefined) throw error;
        return { fault };
      }
    },
    close: () => {
      database.close();
      lock.close();
    },
  };
}

/**
 * Starts the ledger's time, and gives what it says now: `date`, in milliseconds since the epoch, when the database is
 * new, and what it said at the last write of the last process when it is not. From there the monotonic clock carries it
 * on, and each write stores it.
 *
 * So only time in which a gateway ran counts. How long the machine was off is not known: its clock may have been set
 * back or ahead meanwhile. A lease, a settle window or the retention may thus be over too late, by the time off, and
 * never too early. Nothing compares this time with the clock on the wall, behind which it lags by all the time off.
 */
function startTime(database: DatabaseSync, date: number): number {
  return inTransaction(database, () => {
    const stored = database.prepare(readStatement('read-time')).get()?.['now'];
    const now = typeof stored === 'number' ? stored : date;
    database.prepare(readStatement('store-time')).run({ $now: now });
    return now;
  });
}
