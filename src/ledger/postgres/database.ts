import type { ConnectionCounts } from '../ledgerstats.ts';

/** What a statement is given. */
export type Value = string | number | boolean | Uint8Array | null;

/** A parameter: a value, or an array of one column's. */
export type Parameter = Value | readonly Value[];

export type ResultRow = Readonly<Record<string, unknown>>;

/**
 * Runs SQL. Without `values` the text may hold several statements, of which nothing is given back.
 *
 * @throws LedgerUnavailable
 */
export type Query = (text: string, values?: readonly Parameter[]) => Promise<readonly ResultRow[]>;

/** Says to all processes on a database, without a word more, that something is due. Each notice may be lost. */
export interface Notices {
  send(): void;
  /** Calls `listener` with each notice, until the function that is given is called. */
  onNotice(listener: () => void): () => void;
}

/** A PostgreSQL as the ledger uses it: every await has an end, and every fault is LedgerUnavailable. */
export interface Database {
  /** Runs one statement, which is a transaction by itself. May run it twice when its answer was lost. */
  readonly query: Query;
  /** As `query`, once, for what no webhook needs: that it fails does not count as a ledger out of reach. */
  readonly probe: Query;
  readonly connections: ConnectionCounts;
  readonly notices: Notices;
  /** Runs all of the work in one transaction, on one connection. */
  transaction(work: (query: Query) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}
