import type { Clock } from '../clock.ts';

/** How long a fault is told of once, in milliseconds. */
const quietMs = 60_000;

/** What the log says of faults: one that befalls thousands of objects alike is told of by the first of them alone. */
export class News {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #quietUntil = new Map<string, number>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Whether this text was not told of lately; from now on it was. */
  isNews(text: string): boolean {
    const now = this.#clock.monotonic();
    if (now < (this.#quietUntil.get(text) ?? -Infinity)) return false;
    for (const [old, until] of this.#quietUntil) if (now >= until) this.#quietUntil.delete(old);
    this.#quietUntil.set(text, now + quietMs);
    return true;
  }
}
