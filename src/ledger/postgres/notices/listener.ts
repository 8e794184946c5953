import type { Client } from 'pg';
import type { Clock } from '../../../lib/clock.ts';
import { type Log, errorNames } from '../../../lib/log.ts';

/** After a connection that ended, or could not be made, the next one is tried in so many milliseconds. */
const againMs = 30_000;

type Parts = Readonly<{
  /** A client that is not connected yet. */
  connection: () => Client;
  clock: Pick<Clock, 'after'>;
  log: Pick<Log, 'debug'>;
  /** Called with each notice, and who sent it. */
  onNotice: (sender: string) => void;
}>;

/**
 * A connection of its own that hears the notices of one channel. It may hear nothing, as behind a PgBouncer that pools
 * transactions, and nothing depends on it.
 */
export class NoticeListener {
  readonly #parts: Parts;
  readonly #channel: string;
  #client: Client | undefined;
  #cancel: () => void = () => undefined;
  #isClosed = false;

  constructor(channel: string, parts: Parts) {
    this.#channel = channel;
    this.#parts = parts;
  }

  /** Connects, and again whenever that ends. */
  async start(): Promise<void> {
    if (this.#isClosed) return;
    const client = this.#parts.connection();
    this.#client = client;
    client.on('notification', ({ payload = '' }) => {
      this.#parts.onNotice(payload);
    });
    client.on('end', () => {
      this.#ended(client);
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${this.#channel}`);
    } catch (error) {
      this.#parts.log.debug({ error: errorNames(error) }, 'the ledger sends no notices');
      this.#ended(client);
    }
  }

  /** Waits for nothing: the server sees that the connection is gone. */
  close(): void {
    this.#isClosed = true;
    this.#cancel();
    if (this.#client !== undefined) destroy(this.#client);
  }

  /** The end of a connection may be told more than once. */
  #ended(client: Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    destroy(client);
    if (!this.#isClosed) this.#cancel = this.#parts.clock.after(againMs, () => void this.start());
  }
}

/** A farewell that cannot be sent any more changes nothing. */
function destroy(client: Client): void {
  client.end(() => undefined);
}
