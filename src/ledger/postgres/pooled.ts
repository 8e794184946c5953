import type { Client, Pool, PoolClient } from 'pg';
import type { Clock } from '../../lib/clock.ts';
import { type Log, errorNames } from '../../lib/log.ts';
import { LedgerUnavailable } from '../ledger.ts';
import type { ConnectionCounts } from '../ledgerstats.ts';
import type { PostgresAddress } from './address.ts';
import type { Database, Query, Parameter, ResultRow } from './database.ts';
import { PostgresFault, describeTrouble } from './fault.ts';
import { judgePostgres } from './judge.ts';
import { PostgresNotices } from './notices/notices.ts';
import { type PostgresTimeouts, mostConnections, newClient, openPool } from './pool.ts';
import { Reachability } from './reachability.ts';
import { statements } from './statements.ts';

type Options = Readonly<{ address: PostgresAddress; clock: Clock; log: Log; timeouts: PostgresTimeouts }>;

/** More statements than this do not wait for a connection: they would be late anyway. */
const mostWaiting = 2000;

/** After a connection that could not be made, for so long none is tried while there is no other, in milliseconds. */
const refusedMs = 50;

/** How long the end of the process waits for the connections to end, in milliseconds. */
const closeMs = 500;

/** A server behind a pool of connections, each of which is judged before it is used, and replaced after any fault. */
export class PooledDatabase implements Database {
  readonly #pool: Pool;
  readonly #clock: Clock;
  readonly #timeouts: PostgresTimeouts;
  readonly #where: string;
  readonly #reachability: Reachability;
  readonly notices: PostgresNotices;
  /** The last connection that could not be made. */
  #refused: Readonly<{ error: unknown; at: number }> | undefined;

  constructor({ address, clock, log, timeouts }: Options) {
    this.#clock = clock;
    this.#timeouts = timeouts;
    this.#where = String(address);
    this.#reachability = new Reachability(log);
    this.#pool = openPool(address, timeouts, (client) => this.#judge(client));
    const connection = (): Client => newClient(address, timeouts);
    this.notices = new PostgresNotices({ query: this.probe, connection, clock, log });
    // Of a connection that nobody uses; without a listener the process would end.
    this.#pool.on('error', (error) => {
      log.debug({ error: errorNames(error) }, 'ledger connection');
    });
  }

  readonly query: Query = async (text, values = []) => {
    const { connectMs, answerMs } = this.#timeouts;
    return this.#watched(connectMs + answerMs, async () => {
      if (this.#pool.waitingCount >= mostWaiting)
        throw new LedgerUnavailable(
          `the ledger is too slow: ${mostWaiting} statements wait for a connection`,
        );
      return this.#ask(text, values);
    });
  };

  readonly probe: Query = (text, values = []) => {
    const { connectMs, answerMs } = this.#timeouts;
    return this.#bounded(connectMs + answerMs, () => this.#askOnce(text, values));
  };

  get connections(): ConnectionCounts {
    const { totalCount: open, waitingCount: waiting } = this.#pool;
    return { open, waiting, most: mostConnections };
  }

  async transaction(work: (query: Query) => Promise<void>): Promise<void> {
    const { connectMs, migrateMs } = this.#timeouts;
    await this.#watched(connectMs + migrateMs, async () => {
      const client = await this.#connect();
      const query: Query = async (text, values) => {
        const { rows } = await client.query<ResultRow>({
          text,
          ...(values && { values: [...values] }),
          ...{ query_timeout: migrateMs },
        });
        return rows;
      };
      try {
        await query('BEGIN');
        await work(query);
        await query('COMMIT');
        client.release();
      } catch (error) {
        // The server rolls back what a connection leaves open.
        client.release(true);
        throw error;
      }
    });
  }

  /** Waits for what is under way, but not for a server that does not answer. */
  async close(): Promise<void> {
    this.notices.close();
    await Promise.race([this.#pool.end(), this.#clock.sleep(closeMs)]);
  }

  /** Asks once more when the connection ended in the middle: every statement may run twice. */
  async #ask(text: string, values: readonly Parameter[]): Promise<readonly ResultRow[]> {
    try {
      return await this.#askOnce(text, values);
    } catch (error) {
      if (!new PostgresFault(error).isCut) throw error;
      return await this.#askOnce(text, values);
    }
  }

  async #askOnce(text: string, values: readonly Parameter[]): Promise<readonly ResultRow[]> {
    const client = await this.#connect();
    try {
      const { rows } = await client.query<ResultRow>(text, [...values]);
      client.release();
      return rows;
    } catch (error) {
      // After any fault, since the answer to a statement that timed out may still come.
      client.release(true);
      throw error;
    }
  }

  /** A server that starts, or is full, is not helped by a new connection for every webhook that waits for it. */
  async #connect(): Promise<PoolClient> {
    const refused = this.#refused;
    const isOld = refused === undefined || this.#clock.monotonic() - refused.at > refusedMs;
    if (!isOld && this.#pool.totalCount === 0) throw refused.error;
    try {
      return await this.#pool.connect();
    } catch (error) {
      this.#refused = { error, at: this.#clock.monotonic() };
      throw error;
    }
  }

  async #judge(client: Client): Promise<void> {
    const { rows } = await client.query<ResultRow>(statements.judge);
    judgePostgres(rows[0] ?? {}, this.#where);
  }

  async #watched<T>(withinMs: number, work: () => Promise<T>): Promise<T> {
    try {
      const answer = await this.#bounded(withinMs, work);
      this.#reachability.note(null);
      return answer;
    } catch (error) {
      this.#reachability.note(error);
      throw error;
    }
  }

  /** Bounds the whole of it: the client's own time-outs begin anew with each step and retry. */
  async #bounded<T>(withinMs: number, work: () => Promise<T>): Promise<T> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const cancel = this.#clock.after(withinMs, () => {
      reject(new Error('timeout'));
    });
    try {
      return await Promise.race([work(), late]);
    } catch (error) {
      throw this.#inWords(error);
    } finally {
      cancel();
    }
  }

  #inWords(error: unknown): LedgerUnavailable {
    if (error instanceof LedgerUnavailable) return error;
    const cause = new PostgresFault(error);
    return new LedgerUnavailable(describeTrouble(cause, this.#where), { cause });
  }
}
