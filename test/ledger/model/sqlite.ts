/** The SQLite ledger in the simulated world: in memory, since what a disk does is tested elsewhere. */
import { DatabaseSync } from 'node:sqlite';
import { LedgerUnavailable } from '../../../src/ledger/ledger.ts';
import { migrateFile } from '../../../src/ledger/sqlite/store/database.ts';
import { storeOn } from '../../../src/ledger/sqlite/store/openstore.ts';
import { readMigrations } from '../../../src/ledger/sqlite/store/sqlfiles.ts';
import { SqliteLedger } from '../../../src/ledger/sqlite/sqlite.ts';
import { inThisThread, silent } from '../sqlite/bench.ts';
import type { MakeLedger } from './mutations.ts';

const migrations = readMigrations();

/**
 * Makes the ledgers of one run, each on what the one before has left on its disk. A ledger whose successor was made is
 * that of a process that crashed: it does nothing any more.
 */
export class SqliteRuns {
  readonly #database = new DatabaseSync(':memory:');
  readonly #lock = new DatabaseSync(':memory:');

  constructor() {
    migrateFile(this.#database, migrations);
  }

  /** For a run that begins with an empty ledger. */
  begin(): MakeLedger {
    this.#database.exec(
      'DELETE FROM entries; DELETE FROM facts; DELETE FROM budgets; DELETE FROM ledger_time',
    );
    let current = 0;
    return (clock, times) => {
      current += 1;
      const own = current;
      const parts = { database: this.#database, lock: this.#lock };
      const store = storeOn(parts, { path: ':memory:', times, date: clock.now() });
      const executor = inThisThread(store);
      const run: typeof executor.run = (calls) =>
        own === current ? executor.run(calls) : Promise.reject(new LedgerUnavailable('its process is gone'));
      // Its tick would never let the world come to rest.
      const quiet = { ...clock, after: () => () => undefined };
      return new SqliteLedger({
        executor: { ...executor, run },
        path: ':memory:',
        clock: quiet,
        times,
        log: silent,
      });
    };
  }
}
