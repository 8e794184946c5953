import type { LedgerCall, OpenOptions } from './calls.ts';
import { type OpenDatabase, openDatabase } from './database.ts';
import { faultOf } from './faults.ts';
import { startTime } from './ledgertime.ts';
import { Store } from './store.ts';

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
  return storeOn(openDatabase(path), { path, times, date });
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
