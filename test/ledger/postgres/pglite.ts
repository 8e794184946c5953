/** PostgreSQL inside of the process, for tests that need no server: one connection, and nothing on a disk. */
import { PGlite, type Transaction } from '@electric-sql/pglite';
import type { Clock } from '../../../src/lib/clock.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import type { LedgerTimes } from '../../../src/ledger/ledger.ts';
import { Listeners } from '../../../src/ledger/deliveries/listeners.ts';
import type { Database, Notices, Query, ResultRow } from '../../../src/ledger/postgres/database.ts';
import { migrate } from '../../../src/ledger/postgres/migrate.ts';
import { PostgresLedger } from '../../../src/ledger/postgres/postgres.ts';
import type { LedgerUnderTest } from '../contract.ts';

type Asked = Pick<PGlite | Transaction, 'query' | 'exec'>;

function queryOf(asked: Asked): Query {
  return async (text, values) => {
    if (values !== undefined) return (await asked.query<ResultRow>(text, [...values])).rows;
    await asked.exec(text);
    return [];
  };
}

function timeIs(ms: number): string {
  return `CREATE OR REPLACE FUNCTION omneo_gateway.clock() RETURNS timestamptz
    LANGUAGE sql VOLATILE AS $$ SELECT to_timestamp(${ms / 1000}) $$`;
}

/** Notices that no other process hears. */
class OwnNotices implements Notices {
  readonly #listeners = new Listeners();

  send(): void {
    this.#listeners.tell();
  }

  onNotice(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }
}

/** A database whose time stands still until it is moved. */
export class PGliteDatabase implements Database {
  readonly query: Query;
  readonly probe: Query;
  connections = { open: 1, waiting: 0, most: 1 };
  readonly notices = new OwnNotices();
  readonly #pglite: PGlite;

  private constructor(pglite: PGlite) {
    this.#pglite = pglite;
    this.query = queryOf(pglite);
    this.probe = this.query;
  }

  static async open(): Promise<PGliteDatabase> {
    return new PGliteDatabase(await PGlite.create());
  }

  async transaction(work: (query: Query) => Promise<void>): Promise<void> {
    await this.#pglite.transaction((transaction) => work(queryOf(transaction)));
  }

  /** What the ledger takes for the time from now on, in milliseconds since the epoch. */
  async setTime(ms: number): Promise<void> {
    await this.#pglite.exec(timeIs(ms));
  }

  /** Deletes everything that was remembered. */
  async empty(): Promise<void> {
    await this.#pglite.exec('TRUNCATE omneo_gateway.entries, omneo_gateway.maxima, omneo_gateway.budgets');
  }

  async end(): Promise<void> {
    await this.#pglite.close();
  }

  /** Several ledgers share the database. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

const start = 1_800_000_000_000;

/** What a ledger plans for later must not outlive its database. */
const nothingLater: Clock['after'] = () => () => undefined;

/** Nothing happens by itself. */
export function stillClock(monotonic: () => number): Clock {
  return { ...systemClock, monotonic, after: nothingLater };
}

/** A ledger on the database, which is emptied first. */
export async function makeOn(
  database: PGliteDatabase,
  { times }: { times: LedgerTimes },
): Promise<LedgerUnderTest> {
  let moved = 0;
  const now = (): number => moved;
  const ledger = new PostgresLedger({ database, clock: stillClock(now), times });
  await ledger.check();
  await database.empty();
  await database.setTime(start);
  const advance = async (ms: number): Promise<void> => {
    moved += ms;
    await database.setTime(start + moved);
  };
  return { ledger, advance, now, driftMs: 0 };
}

/** A database that takes the world's time for its own, statement by statement. */
class TimedDatabase implements Database {
  readonly #database: PGliteDatabase;
  readonly #now: () => number;

  constructor(database: PGliteDatabase, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  readonly query: Query = async (text, values) => {
    const ms = start + this.#now();
    let answer: readonly ResultRow[] = [];
    await this.#database.transaction(async (query) => {
      await query(timeIs(ms));
      answer = await query(text, values);
    });
    return answer;
  };

  readonly probe = this.query;
  readonly notices = new OwnNotices();

  get connections(): PGliteDatabase['connections'] {
    return this.#database.connections;
  }

  transaction(work: (query: Query) => Promise<void>): Promise<void> {
    return this.#database.transaction(work);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A ledger in a simulated world, whose clock is the database's too. */
export class PGliteLedger extends PostgresLedger {
  constructor({ database, clock, times }: { database: PGliteDatabase; clock: Clock; times: LedgerTimes }) {
    const timed = new TimedDatabase(database, () => clock.now());
    super({ database: timed, clock: { ...clock, after: nothingLater }, times });
  }

  /** Makes the schema if need be, and deletes everything that was remembered. */
  static async prepare(database: PGliteDatabase): Promise<void> {
    await migrate(database);
    await database.empty();
  }
}
