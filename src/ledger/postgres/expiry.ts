import type { Clock } from '../../lib/clock.ts';
import { LedgerUnavailable } from '../ledger.ts';
import type { Query } from './database.ts';
import { statements } from './statements.ts';

/** How many rows one statement deletes, so that it holds its locks for a few milliseconds. */
export const batch = 500;

/** From one look for what expired to the next, in milliseconds. */
const everyMs = 60_000;

/** After a full batch, in milliseconds: more is waiting, and webhooks go first. */
const pauseMs = 100;

type Parts = Readonly<{ query: Query; clock: Clock; random: () => number }>;

/** Deletes what its time is over for, off the way of the webhooks. Any number of replicas may do so at once. */
export class Expiry {
  readonly #parts: Parts;
  #cancel: (() => void) | undefined;
  #isStopped = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  start(): void {
    // A random part keeps replicas apart.
    this.#plan(everyMs * (0.5 + this.#parts.random()));
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  /** Deletes one batch; gives how many rows it was. */
  async run(): Promise<number> {
    const [row] = await this.#parts.query(statements.expire, [batch]);
    return Number(row?.['deleted']);
  }

  #plan(ms: number): void {
    if (this.#isStopped) return;
    this.#cancel = this.#parts.clock.after(ms, () => void this.#runAndPlan());
  }

  async #runAndPlan(): Promise<void> {
    let deleted = 0;
    try {
      deleted = await this.run();
    } catch (error) {
      // The ledger's own log line says that it is gone; what expired is deleted later.
      if (!(error instanceof LedgerUnavailable)) throw error;
    }
    this.#plan(deleted === batch ? pauseMs : everyMs * (0.5 + this.#parts.random()));
  }
}
