import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { LedgerTimes } from '../ledger.ts';
import type { SqliteAddress } from './address.ts';
import { SqliteLedger } from './sqlite.ts';
import { startThread } from './thread.ts';

type Options = Readonly<{ address: SqliteAddress; clock: Clock; times: LedgerTimes; log: Log }>;

/**
 * Opens the ledger in the database that `LEDGER_URL` names, in a thread of its own.
 *
 * @throws StartupError, with a sentence that names LEDGER_URL and what to change.
 */
export async function openSqliteLedger({ address, clock, times, log }: Options): Promise<SqliteLedger> {
  const executor = await startThread({ path: address.path, times, date: clock.now() });
  return new SqliteLedger({ executor, path: address.path, clock, times, log });
}
