import type { Clock } from '../lib/clock.ts';
import { type Log, errorNames } from '../lib/log.ts';
import type { Ledger } from './ledger.ts';
import type { LedgerStats } from './ledgerstats.ts';

/** From the end of one look to the next, in milliseconds. */
const everyMs = 15_000;

type Parts = Readonly<{
  ledger: Pick<Ledger, 'stats'>;
  clock: Clock;
  log: Log;
  observe: (stats: LedgerStats) => void;
}>;

/**
 * Looks at the ledger now and then, off the way of the webhooks. One look at a time: a disk that hangs holds up the next
 * look and nothing else.
 */
export class StatsPoll {
  readonly #parts: Parts;
  #cancel: (() => void) | undefined;
  #isStopped = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Looks at once, and then again and again until it is stopped; never at a ledger that has nothing to see. */
  start(): void {
    void this.#poll();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  async #poll(): Promise<void> {
    const { ledger, clock, log, observe } = this.#parts;
    try {
      const stats = await ledger.stats?.();
      if (stats === undefined || this.#isStopped) return;
      observe(stats);
    } catch (error) {
      // The last values stay. A webhook that needs the ledger meanwhile fails by itself, and says why.
      log.debug({ error: errorNames(error) }, 'the size of the ledger could not be read');
    }
    if (!this.#isStopped) this.#cancel = clock.after(everyMs, () => void this.#poll());
  }
}
