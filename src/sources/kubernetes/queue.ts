import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../lib/clock.ts';
import { errorNames, type Log } from '../../lib/log.ts';
import { ApiError } from './api/apierror.ts';
import { jittered } from '../../lib/backoff.ts';
import type { RecentFaults } from './recentfaults.ts';

type Options = Readonly<{
  /** Shown in the log. */
  name: string;
  workers: number;
  clock: Clock;
  random: () => number;
  log: Log;
  recentFaults: RecentFaults;
  depth?: (waiting: number) => void;
}>;

const retry = { baseMs: 250, capMs: 60_000 };

/**
 * Keys to work on: each once, however often it was added, and never twice at a time; one that is added while it is
 * worked on is worked on again. A key whose work failed comes back later and later.
 */
export class Queue {
  readonly #options: Options;
  readonly #waiting = new Set<string>();
  readonly #working = new Map<string, Promise<void>>();
  readonly #again = new Set<string>();
  readonly #delayed = new Map<string, () => void>();
  readonly #failures = new Map<string, number>();
  #work: ((key: string) => Promise<void>) | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Keys that wait for a worker; those that wait for their time are not among them. */
  get depth(): number {
    return this.#waiting.size + this.#again.size;
  }

  add(key: string): void {
    this.#undelay(key);
    if (this.#working.has(key)) this.#again.add(key);
    else this.#waiting.add(key);
    this.#pump();
  }

  /** Adds it after so many milliseconds, unless it is added before. */
  addLater(key: string, ms: number): void {
    this.#undelay(key);
    if (!this.#work) return;
    const cancel = this.#options.clock.after(ms, () => {
      this.add(key);
    });
    this.#delayed.set(key, cancel);
  }

  /** Begins to work on the keys. When the work rejects, its key comes back after a while. */
  start(work: (key: string) => Promise<void>): void {
    this.#work = work;
    this.#pump();
  }

  /** Begins nothing more; resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.#work = undefined;
    for (const key of this.#delayed.keys()) this.#undelay(key);
    await Promise.all(this.#working.values());
  }

  #pump(): void {
    for (const key of this.#waiting) {
      if (!this.#work || this.#working.size >= this.#options.workers) break;
      this.#waiting.delete(key);
      this.#working.set(key, this.#run(key, this.#work));
    }
    this.#options.depth?.(this.depth);
  }

  async #run(key: string, work: (key: string) => Promise<void>): Promise<void> {
    // Thousands of keys must not keep webhooks waiting.
    await nextTurn();
    try {
      await work(key);
      this.#failures.delete(key);
    } catch (error) {
      this.#failed(key, error);
    }
    this.#working.delete(key);
    if (this.#again.delete(key)) this.add(key);
    else this.#pump();
  }

  #failed(key: string, error: unknown): void {
    if (!this.#work) return;
    const { name, random, log, recentFaults } = this.#options;
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    const names = errorNames(error);
    // The first failure says what is wrong; a line for each repetition would hide it.
    const level = failures === 1 && recentFaults.isNew(names) ? 'warn' : 'debug';
    log[level]({ queue: name, object: key, failures, error: names }, 'work failed; tried again later');
    const askedMs = error instanceof ApiError ? (error.retryAfter ?? 0) * 1000 : 0;
    const waitMs = Math.min(retry.capMs, Math.max(askedMs, jittered(failures, { ...retry, random })));
    this.addLater(key, waitMs);
  }

  #undelay(key: string): void {
    this.#delayed.get(key)?.();
    this.#delayed.delete(key);
  }
}
