import type { DeliveryCount } from '../../ledger/deliveries/deliveries.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Clock } from '../../lib/clock.ts';
import { type Log, errorNames } from '../../lib/log.ts';

/** From the end of one count to the next, in milliseconds; the first comes within that time. */
const everyMs = 15_000;

type Parts = Readonly<{
  ledger: Pick<Ledger, 'deliveries'>;
  clock: Clock;
  random: () => number;
  log: Log;
  /** Called with what waits and what is parked, of all tenants. */
  observe: (counts: readonly DeliveryCount[]) => void;
}>;

/**
 * Counts the deliveries in the ledger now and then, off the way of the webhooks. One count at a time: a ledger that hangs
 * holds up the next count and nothing else.
 */
export class CountsPoll {
  readonly #parts: Parts;
  #cancel: (() => void) | undefined;
  #isStopped = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Counts again and again until it is stopped; never in a ledger that keeps no deliveries. */
  start(): void {
    if (this.#parts.ledger.deliveries === undefined) return;
    // Replicas that start at once would count at once.
    this.#countIn(this.#parts.random() * everyMs);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  #countIn(ms: number): void {
    this.#cancel = this.#parts.clock.after(ms, () => void this.#count());
  }

  async #count(): Promise<void> {
    const { ledger, log, observe } = this.#parts;
    try {
      const counts = await ledger.deliveries?.counts();
      if (counts === undefined || this.#isStopped) return;
      observe(counts);
    } catch (error) {
      // The last counts stay. A webhook that needs the ledger meanwhile fails by itself, and says why.
      log.debug({ error: errorNames(error) }, 'the deliveries could not be counted');
    }
    if (!this.#isStopped) this.#countIn(everyMs);
  }
}
