import type { DatabaseSync } from 'node:sqlite';
import { readStatement } from './sqlfiles.ts';
import { inTransaction } from './store.ts';

/**
 * Starts the ledger's time, and gives what it says now: `date`, in milliseconds since the epoch, when the database is
 * new, and what it said at the last write of the last process when it is not. From there the monotonic clock carries it
 * on, and each write stores it.
 *
 * So only time in which a gateway ran counts. How long the machine was off is not known: its clock may have been set
 * back or ahead meanwhile. A lease, a settle window or the retention may thus be over too late, by the time off, and
 * never too early. Nothing compares this time with the clock on the wall, behind which it lags by all the time off.
 */
export function startTime(database: DatabaseSync, date: number): number {
  return inTransaction(database, () => {
    const stored = database.prepare(readStatement('read-time')).get()?.['now'];
    const now = typeof stored === 'number' ? stored : date;
    database.prepare(readStatement('store-time')).run({ $now: now });
    return now;
  });
}
