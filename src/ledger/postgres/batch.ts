import type { Clock } from '../../lib/clock.ts';
import { LedgerUnavailable } from '../ledger.ts';
import type { Query, ResultRow, Value } from './database.ts';
import { PostgresFault } from './fault.ts';

/** Batches of one kind that are on their way at once: while one waits for the disk, the next is made. */
const mostUnderWay = 2;
/** Calls of one batch at most, so that none waits for very many others. */
const mostCalls = 100;
/** More calls than this do not wait: they would be late anyway. */
const mostWaiting = 2000;
/** A call that has waited for longer than this, in milliseconds, is not sent any more: its caller has its answer by then. */
const waitMs = 3500;

/** The values of one call, by which its rows are ordered and found: the key comes first, then the owner. */
export type Call = readonly [key: string, owner: string, ...more: Value[]];

type Asked = Readonly<{
  call: Call;
  askedAt: number;
  resolve: (row: ResultRow | undefined) => void;
  reject: (error: unknown) => void;
}>;

type BatchOptions = Readonly<{
  query: Query;
  clock: Pick<Clock, 'monotonic'>;
  /** Takes each column of the calls as an array, then `common`; its rows have key and owner of their call. */
  statement: string;
  /** The values that all calls share. */
  common?: readonly Value[];
}>;

/**
 * Calls that come while others are on their way go together, as one statement: one round trip and one commit for all. A
 * call may be carried out twice, or late.
 */
export class Batch {
  readonly #options: BatchOptions;
  #waiting: Asked[] = [];
  #underWay = 0;

  constructor(options: BatchOptions) {
    this.#options = options;
  }

  /** Resolves with the row that the statement gives for this call, if it gives one. Throws LedgerUnavailable. */
  ask(...call: Call): Promise<ResultRow | undefined> {
    if (this.#waiting.length >= mostWaiting) return Promise.reject(tooSlow());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ call, askedAt: this.#options.clock.monotonic(), resolve, reject });
      // What is asked in the same turn goes together.
      queueMicrotask(() => {
        this.#fill();
      });
    });
  }

  #fill(): void {
    this.#refuseLate();
    while (this.#underWay < mostUnderWay && this.#waiting.length > 0) {
      this.#underWay += 1;
      void this.#run(this.#waiting.splice(0, mostCalls)).finally(() => {
        this.#underWay -= 1;
        this.#fill();
      });
    }
  }

  #refuseLate(): void {
    const oldest = this.#options.clock.monotonic() - waitMs;
    const late = this.#waiting.findIndex(({ askedAt }) => askedAt >= oldest);
    const over = this.#waiting.splice(0, late === -1 ? this.#waiting.length : late);
    for (const { reject } of over) reject(tooSlow());
  }

  /** Two batches that meet at two rows may stop each other; then each call goes alone. */
  async #run(batch: readonly Asked[]): Promise<void> {
    try {
      await this.#together(batch);
    } catch (error) {
      if (batch.length > 1 && isDeadlock(error)) await Promise.all(batch.map((one) => this.#run([one])));
      else for (const { reject } of batch) reject(error);
    }
  }

  async #together(batch: readonly Asked[]): Promise<void> {
    const { query, statement, common = [] } = this.#options;
    // All replicas lock rows in this one order.
    const calls = batch.map(({ call }) => call).sort(([one], [other]) => (one < other ? -1 : 1));
    const columns = (calls[0] ?? []).map((_, column) => calls.map((call) => call[column] ?? null));
    const rows = await query(statement, [...columns, ...common]);
    const byCall = new Map(rows.map((row) => [nameOf(row['key'], row['owner']), row]));
    for (const { call, resolve } of batch) resolve(byCall.get(nameOf(call[0], call[1])));
  }
}

function tooSlow(): LedgerUnavailable {
  return new LedgerUnavailable('the ledger is too slow: calls wait for those before them');
}

function nameOf(key: unknown, owner: unknown): string {
  return `${String(key)} ${String(owner)}`;
}

function isDeadlock(error: unknown): boolean {
  const cause = error instanceof LedgerUnavailable ? error.cause : undefined;
  return cause instanceof PostgresFault && cause.code === '40P01';
}
