/** Where the replicas have their ledger: a real PostgreSQL that all share, or a file of the only replica. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Postgres } from '../e2e/postgres.ts';
import type { StoredRow } from './unfinished.ts';

export const ledgers = ['postgres', 'sqlite'] as const;
export type LedgerKind = (typeof ledgers)[number];

export type LedgerServer = Readonly<{
  /** 0 for a file, to which no link leads. */
  port: number;
  /** As a replica reaches it over the link that leads to this port. */
  url: (linkPort: number) => string;
  /** The file with the keys that seal what is stored; the gateways make that of a ledger in a file themselves. */
  keyFile: string;
  /** The stored webhooks that are not issued. */
  unfinished: () => Promise<readonly StoredRow[]>;
  /** How many of them are not parked: reading them all would take the time of those who work on them. */
  waiting: () => Promise<number>;
  /** As if its machine lost power; after so many milliseconds it comes back. */
  kill: (awayMs: number) => Promise<void>;
  /** As `kill`, with a shutdown in good order. */
  restart: (awayMs: number) => Promise<void>;
  /** Stops its clock, not its connections. */
  freeze: (forMs: number) => Promise<void>;
  /** Ends every connection at once, in the middle of whatever it does. */
  sever: () => Promise<void>;
  stop: () => Promise<void>;
}>;

/** How many replicas can share it. */
export function replicasOn(ledger: LedgerKind): number {
  return ledger === 'sqlite' ? 1 : 3;
}

/** Starts the server that `kind` needs; the folder is that of the run. */
export function startLedger(
  kind: LedgerKind,
  folder: string,
  pause: (ms: number) => Promise<void>,
): Promise<LedgerServer> {
  return kind === 'sqlite' ? Promise.resolve(file(folder)) : startPostgres(folder, pause);
}

const columns = 'key, delivery_id, tenant, webhook';
const unfinished = 'delivery_id IS NOT NULL AND receipt IS NULL';
const inFile = `SELECT ${columns}, state, coalesce(reason, state) AS reason FROM entries WHERE ${unfinished}`;
const inPostgres = `
  SELECT ${columns}, CASE WHEN parked THEN 'parked' ELSE 'waiting' END AS state, coalesce(reason, 'pending') AS reason
  FROM omneo_gateway.entries WHERE ${unfinished}`;
const countInFile = `SELECT count(*) AS waiting FROM entries WHERE ${unfinished} AND state NOT IN ('parked', 'discarded')`;
const countInPostgres = `
  SELECT count(*) AS waiting FROM omneo_gateway.entries WHERE ${unfinished} AND NOT parked AND webhook IS NOT NULL`;

/** Nothing can go wrong with it but with the replica itself. */
function file(folder: string): LedgerServer {
  const nothing = (): Promise<never> => Promise.reject(new Error('a file has no server'));
  const path = join(folder, 'ledger.db');
  return {
    port: 0,
    url: () => `sqlite:${path}`,
    keyFile: `${path}.key`,
    unfinished: () => Promise.resolve(rowsIn(path, inFile)),
    waiting: () => Promise.resolve(countIn(rowsIn(path, countInFile))),
    kill: nothing,
    restart: nothing,
    freeze: nothing,
    sever: nothing,
    stop: () => Promise.resolve(),
  };
}

function countIn([row]: readonly StoredRow[]): number {
  return Number(row?.['waiting']);
}

function rowsIn(path: string, statement: string): StoredRow[] {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  try {
    return database.prepare(statement).all();
  } finally {
    database.close();
  }
}

async function startPostgres(folder: string, pause: (ms: number) => Promise<void>): Promise<LedgerServer> {
  const server = await Postgres.start();
  const away = async (down: Promise<void>, awayMs: number): Promise<void> => {
    await down;
    await pause(awayMs);
    await server.revive();
  };
  return {
    port: server.port,
    keyFile: join(folder, 'ledger.key'),
    unfinished: () => server.run(inPostgres),
    waiting: async () => countIn(await server.run(countInPostgres)),
    url: (port) => server.url({ port, query: '?sslmode=disable' }),
    kill: (awayMs) => away(server.kill(), awayMs),
    restart: (awayMs) => away(server.stop(), awayMs),
    freeze: async (forMs) => {
      await server.freeze();
      await pause(forMs);
      await server.thaw();
    },
    sever: async () => {
      const all = 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()';
      // One that is frozen, or about to go, severs its connections by itself.
      await server.run(all).catch(() => undefined);
    },
    stop: () => server.remove(),
  };
}
