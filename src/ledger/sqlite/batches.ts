import type { Clock } from '../../lib/clock.ts';
import { LedgerUnavailable } from '../ledger.ts';
import type { Executor, LedgerCall } from './calls.ts';

/** Calls of one transaction at most, so that none waits for very many others. */
const mostCalls = 500;
/** A disk that does not take a batch within this time, in milliseconds, counts as gone. */
const answerMs = 3000;

type Asked = Readonly<{
  call: LedgerCall;
  resolve: (answer: unknown) => void;
  reject: (error: Error) => void;
}>;

/** Group commit: while one batch is on its way to the disk, the calls that come meanwhile wait and make the next one. */
export class Batches {
  readonly #executor: Pick<Executor, 'run'>;
  readonly #clock: Pick<Clock, 'after'>;
  #waiting: Asked[] = [];
  #running: Promise<void> | undefined;
  #isHung = false;

  constructor(executor: Pick<Executor, 'run'>, clock: Pick<Clock, 'after'>) {
    this.#executor = executor;
    this.#clock = clock;
  }

  /** Resolves with the answer to the call once it is on disk. Throws LedgerUnavailable; then it may still be carried out. */
  ask(call: LedgerCall): Promise<unknown> {
    if (this.#isHung) return Promise.reject(hung());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ call, resolve, reject });
      this.#running ??= this.#runAll();
    });
  }

  /** Resolves when nothing is under way any more; at once if the disk hangs. */
  async drained(): Promise<void> {
    if (!this.#isHung) await this.#running;
  }

  async #runAll(): Promise<void> {
    // What is asked in the same step goes with the first batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#run(this.#waiting.splice(0, mostCalls));
    this.#running = undefined;
  }

  async #run(batch: readonly Asked[]): Promise<void> {
    const cancel = this.#clock.after(answerMs, () => {
      this.#isHung = true;
      for (const { reject } of [...batch, ...this.#waiting.splice(0)]) reject(hung());
    });
    try {
      const answers = await this.#executor.run(batch.map(({ call }) => call));
      batch.forEach(({ resolve }, index) => {
        resolve(answers[index]);
      });
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error));
      for (const { reject } of batch) reject(reason);
    } finally {
      cancel();
      this.#isHung = false;
    }
  }
}

function hung(): LedgerUnavailable {
  return new LedgerUnavailable(
    'the disk of LEDGER_URL does not take writes in time; see what the system says of it',
  );
}
