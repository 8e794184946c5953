import type { Client, Pool } from 'pg';
import type { Clock } from '../../lib/clock.ts';
import { type Log, errorNames } from '../../lib/log.ts';
import { LedgerUnavailable } from '../ledger.ts';
import type { PostgresAddress } from './address.ts';
import type { Database, Query, Row, Value } from './database.ts';
import { Fault, describeFault } from './fault.ts';
import { judgeServer } from './judge.ts';
import { type Patience, openPool } from './pool.ts';
import { Reachability } from './reachability.ts';
import { statements } from './statements.ts';

type Options = Readonly<{ address: PostgresAddress; clock: Clock; log: Log; patience: Patience }>;

/** More statements than this do not wait for a connection: they would be late anyway. */
const mostWaiting = 2000;

/** A server behind a pool of connections, each of which is judged before it is used, and replaced after any fault. */
export class PooledDatabase implements Database {
  readonly #pool: Pool;
  readonly #clock: Clock;
  readonly #patience: Patience;
  readonly #where: string;
  readonly #reachability: Reachability;

  constructor({ address, clock, log, patience }: Options) {
    this.#clock = clock;
    this.#patience = patience;
    this.#where = String(address);
    this.#reachability = new Reachability(log);
    this.#pool = openPool(address, patience, (client) => this.#judge(client));
    // Of a connection that nobody uses; without a listener the process would end.
    this.#pool.on('error', (error) => {
      log.debug({ error: errorNames(error) }, 'ledger connection');
    });
  }

  readonly query: Query = async (text, values = []) => {
    const { connectMs, answerMs } = this.#patience;
    return this.#watched(connectMs + answerMs, async () => {
      if (this.#pool.waitingCount >= mostWaiting)
        throw new LedgerUnavailable(
          `the ledger is too slow: ${mostWaiting} statements wait for a connection`,
        );
      return this.#ask(text, values);
    });
  };

  async transaction(work: (query: Query) => Promise<void>): Promise<void> {
    const { connectMs, migrateMs } = this.#patience;
    await this.#watched(connectMs + migrateMs, async () => {
      const client = await this.#pool.connect();
      const query: Query = async (text, values) => {
        const { rows } = await client.query<Row>({
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

  async close(): Promise<void> {
    await this.#pool.end();
  }

  /** Asks once more when the connection ended in the middle: every statement may run twice. */
  async #ask(text: string, values: readonly Value[]): Promise<readonly Row[]> {
    try {
      return (await this.#pool.query<Row>(text, [...values])).rows;
    } catch (error) {
      if (!new Fault(error).isCut) throw error;
      return (await this.#pool.query<Row>(text, [...values])).rows;
    }
  }

  async #judge(client: Client): Promise<void> {
    const { rows } = await client.query<Row>(statements.judge);
    judgeServer(rows[0] ?? {}, this.#where);
  }

  /** Bounds the whole of it: the client's own time-outs begin anew with each step and retry. */
  async #watched<T>(withinMs: number, work: () => Promise<T>): Promise<T> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const cancel = this.#clock.after(withinMs, () => {
      reject(new Error('timeout'));
    });
    try {
      const answer = await Promise.race([work(), late]);
      this.#reachability.note(null);
      return answer;
    } catch (error) {
      const words = this.#inWords(error);
      this.#reachability.note(words);
      throw words;
    } finally {
      cancel();
    }
  }

  #inWords(error: unknown): LedgerUnavailable {
    if (error instanceof LedgerUnavailable) return error;
    const cause = new Fault(error);
    return new LedgerUnavailable(describeFault(cause, this.#where), { cause });
  }
}
