import type { DeliveryCount } from '../../ledger/deliveries/deliveries.ts';
import type { OutboxCount } from '../../ledger/deliveries/outbox.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Clock } from '../../lib/clock.ts';
import { type Log, errorNames } from '../../lib/log.ts';
import { Poll } from '../../lib/poll.ts';

/** From the end of one count to the next, in milliseconds; the first comes within that time. */
const everyMs = 15_000;

type Parts = Readonly<{
  ledger: Pick<Ledger, 'deliveries'>;
  clock: Clock;
  random: () => number;
  log: Log;
  /** Called with what waits and what is parked, and with what is in the outbox, of all tenants. */
  observe: (counts: readonly DeliveryCount[], unsent: readonly OutboxCount[]) => void;
}>;

/** Counts the deliveries in the ledger now and then, off the way of the webhooks. */
export class CountsPoll {
  readonly #parts: Parts;
  readonly #poll: Poll;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#poll = new Poll({ clock: parts.clock, everyMs, look: () => this.#count() });
  }

  /** Counts again and again until it is stopped; never in a ledger that keeps no deliveries. */
  start(): void {
    if (this.#parts.ledger.deliveries === undefined) return;
    // Replicas that start at once would count at once.
    this.#poll.startIn(this.#parts.random() * everyMs);
  }

  stop(): void {
    this.#poll.stop();
  }

  async #count(): Promise<void> {
    const { ledger, log, observe } = this.#parts;
    try {
      const { deliveries } = ledger;
      if (deliveries === undefined) return;
      const [counts, unsent] = await Promise.all([deliveries.counts(), deliveries.outbox.counts()]);
      if (!this.#poll.isStopped) observe(counts, unsent);
    } catch (error) {
      // The last counts stay. A webhook that needs the ledger meanwhile fails by itself, and says why.
      log.debug({ error: errorNames(error) }, 'the deliveries could not be counted');
    }
  }
}
