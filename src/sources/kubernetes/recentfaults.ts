import type { Clock } from '../../lib/clock.ts';

/** How long a fault is not warned of again, in milliseconds. */
const quietMs = 60_000;

/** The faults the log warned of lately. One that befalls thousands of objects alike is warned of once. */
export class RecentFaults {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #quietUntil = new Map<string, number>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Whether this text was not warned of lately. From now on it was. */
  isNew(text: string): boolean {
    const now = this.#clock.monotonic();
    if (now < (this.#quietUntil.get(text) ?? -Infinity)) return false;
    for (const [old, until] of this.#quietUntil) if (now >= until) this.#quietUntil.delete(old);
    this.#quietUntil.set(text, now + quietMs);
    return true;
  }
}
