/** The right to write something alone, in all gateways that share a ledger. */
export type WriteTurn = Readonly<{
  /** On the monotonic clock, in milliseconds: before this moment nobody else can have the turn. */
  until: number;
  /** Gives it back. `unknown`: what was sent may still arrive, and nobody has a turn until that can be no more. */
  end: (sent: 'over' | 'unknown') => Promise<void>;
}>;

/** Somebody else has the turn; or nobody has, and what the last one sent may arrive for so many milliseconds. */
export type NoWriteTurn = Readonly<{ isTaken: true } | { isTaken: false; freeInMs: number }>;

/** Orders those who write the same thing, and remembers how new what they wrote is. Every method fails with the ledger. */
export type WriteTurns = Readonly<{
  take: (what: string) => Promise<WriteTurn | NoWriteTurn>;
  /** How new the newest is that was recorded, in milliseconds since the epoch; 0: nothing was. */
  newest: (what: string) => Promise<number>;
  record: (what: string, at: number) => Promise<void>;
}>;
