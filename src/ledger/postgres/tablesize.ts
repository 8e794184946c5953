import type { Clock } from '../../lib/clock.ts';
import { LedgerUnavailable } from '../ledger.ts';
import type { Query } from './database.ts';
import { statements } from './statements.ts';

/** So often the server is asked at most, in milliseconds: it looks at every file of the table. */
const everyMs = 60_000;

type Parts = Readonly<{ query: Query; clock: Pick<Clock, 'monotonic'> }>;

/** How much the ledger's table takes on the disk of the server. */
export class TableSize {
  readonly #parts: Parts;
  #askedAt = -Infinity;
  #bytes: number | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What the server said last, in bytes with indexes; undefined if it has not, or there is no table yet. */
  get last(): number | undefined {
    return this.#bytes;
  }

  /** The same, asked anew if that is due. */
  async read(): Promise<number | undefined> {
    const { query, clock } = this.#parts;
    if (clock.monotonic() < this.#askedAt + everyMs) return this.#bytes;
    this.#askedAt = clock.monotonic();
    try {
      const [row] = await query(statements.tableSize, []);
      const bytes = row?.['bytes'] ?? null;
      if (bytes !== null) this.#bytes = Number(bytes);
    } catch (error) {
      // What is known of the connections counts all the more then.
      if (!(error instanceof LedgerUnavailable)) throw error;
    }
    return this.#bytes;
  }
}
