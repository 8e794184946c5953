/** What an operator may see of a ledger; each kind has only some of it. */
export type LedgerStats = Readonly<{
  /** What its data takes on a disk, in bytes. */
  sizeBytes?: number;
  /** The disk that the gateway itself writes to. */
  disk?: Readonly<{ freeBytes: number; sizeBytes: number }>;
  /** Since SQLite last moved entries from its log into the database. */
  checkpointAgeSeconds?: number;
  connections?: ConnectionCounts;
}>;

/** The connections of one replica to a server. */
export type ConnectionCounts = Readonly<{
  open: number;
  /** Statements for which no connection is free. */
  waiting: number;
  most: number;
}>;
