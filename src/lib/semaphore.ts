import type { Clock } from './clock.ts';

type Options = Readonly<{
  /** Tasks that run at once. */
  most: number;
  /** In milliseconds. */
  longestWaitMs: number;
  clock: Pick<Clock, 'after'>;
  /** What is thrown to who has waited for that long. */
  tooLate: () => Error;
}>;

/** Lets so many tasks run at once; the others wait for a while, and have their turn in the order in which they came. */
export class Semaphore {
  readonly #options: Options;
  readonly #waiting = new Set<() => void>();
  #running = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  /**
   * What the task comes to, once it had its turn.
   *
   * @throws What `tooLate` makes if its turn does not come in time; the task is not run then
   */
  async run<T>(task: () => Promise<T>): Promise<T> {
    await this.take();
    try {
      return await task();
    } finally {
      this.give();
    }
  }

  /**
   * Waits for a turn, which lasts until `give` is called.
   *
   * @throws What `tooLate` makes if it does not come in time
   */
  async take(): Promise<void> {
    if (this.#running >= this.#options.most) await this.#turn();
    else this.#running += 1;
  }

  /** Ends a turn. */
  give(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#running -= 1;
    else next();
  }

  /** The place of a task that has ended, which goes on counting as one that runs. */
  #turn(): Promise<void> {
    const { clock, longestWaitMs, tooLate } = this.#options;
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        this.#waiting.delete(begin);
        giveUpNoMore();
        resolve();
      };
      const giveUpNoMore = clock.after(longestWaitMs, () => {
        this.#waiting.delete(begin);
        reject(tooLate());
      });
      this.#waiting.add(begin);
    });
  }
}
