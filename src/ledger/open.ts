import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Ledger, LedgerTimes } from './ledger.ts';
import { MemoryLedger } from './memory/memory.ts';
import { PostgresAddress } from './postgres/address.ts';
import type { LedgerAddress } from './redis/address.ts';
import { SqliteAddress } from './sqlite/address.ts';

type LedgerOptions = Readonly<{
  address: 'memory:' | SqliteAddress | PostgresAddress | LedgerAddress;
  times: LedgerTimes;
  /** Of the memory ledger. */
  maxEntries: number;
  clock: Clock;
  log: Log;
}>;

/** The ledger that `LEDGER_URL` names. What only one kind needs is loaded only for it. */
export async function openLedger({ address, times, maxEntries, clock, log }: LedgerOptions): Promise<Ledger> {
  if (address === 'memory:') return new MemoryLedger({ clock, times, maxEntries });
  if (address instanceof SqliteAddress) {
    const { openSqliteLedger } = await import('./sqlite/opensqlite.ts');
    return openSqliteLedger({ address, clock, times, log });
  }
  if (address instanceof PostgresAddress) {
    const { openPostgres } = await import('./postgres/postgres.ts');
    return openPostgres({ address, clock, times, log });
  }
  const { RedisLedger } = await import('./redis/redis.ts');
  return new RedisLedger({ address, clock, times, log });
}
