/** Ledgers on a real PostgreSQL, each on a database of its own. */
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import type { LedgerTimes } from '../../src/ledger/ledger.ts';
import { PostgresAddress } from '../../src/ledger/postgres/address.ts';
import { type PostgresLedger, openPostgres } from '../../src/ledger/postgres/postgres.ts';
import { type LedgerUnderTest, times as usualTimes } from '../ledger/contract.ts';
import { type Lines, logInto } from '../support/loglines.ts';
import type { Postgres } from './postgres.ts';

export type { Lines };

type Options = Partial<Readonly<{ times: LedgerTimes; clock: Clock; lines: Lines; answerMs: number }>>;

/** A ledger at a URL; what goes wrong is known within a fraction of a second. */
export function ledgerAt(
  url: string,
  { times = usualTimes, clock = systemClock, lines = [], answerMs = 500 }: Options = {},
): PostgresLedger {
  const timeouts = { connectMs: answerMs, answerMs, migrateMs: 10_000 };
  return openPostgres({ address: PostgresAddress.parse(url), clock, times, log: logInto(lines), timeouts });
}

let made = 0;

/** The name of a new, empty database. */
export async function newDatabase(server: Postgres): Promise<string> {
  const name = `ledger${++made}`;
  await server.run(`CREATE DATABASE ${name}`);
  return name;
}

/** What each test of the contract needs: a ledger on the database, which is emptied first, and its time. */
export async function makeOn(
  server: Postgres,
  database: string,
  { times }: { times: LedgerTimes },
): Promise<LedgerUnderTest> {
  let moved = 0;
  const now = (): number => systemClock.monotonic() + moved;
  const clock = { ...systemClock, monotonic: now };
  // Nothing is meant to fail here, and a disk that others use too may take its time.
  const ledger = ledgerAt(server.url({ database }), { times, clock, answerMs: 10_000 });
  await ledger.check();
  const setTime = (): Promise<unknown> =>
    server.run(
      `CREATE OR REPLACE FUNCTION omneo_gateway.clock() RETURNS timestamptz
       LANGUAGE sql VOLATILE AS $$ SELECT clock_timestamp() + interval '${moved} milliseconds' $$`,
      database,
    );
  await server.run('TRUNCATE omneo_gateway.entries, omneo_gateway.maxima, omneo_gateway.budgets', database);
  await setTime();
  const advance = async (ms: number): Promise<void> => {
    moved += ms;
    await setTime();
  };
  return { ledger, advance, now, driftMs: 2000 };
}
