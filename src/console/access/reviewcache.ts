import { LRUCache } from 'lru-cache';
import type { Clock } from '../../lib/clock.ts';

/** How long an answer is believed, in milliseconds: a right that is taken away is gone after that. */
const keptMs = 60_000;

type Kept<T> = Readonly<{ answer: Promise<T>; until: number }>;

/** Remembers answers for a minute, and asks once for all who ask at the same time. Failures are not remembered. */
export class ReviewCache<T> {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #kept: LRUCache<string, Kept<T>>;

  constructor(clock: Pick<Clock, 'monotonic'>, max: number) {
    this.#clock = clock;
    this.#kept = new LRUCache({ max });
  }

  /** The answer of before, or that of `ask`, which is kept if `isKept`. */
  async get(key: string, ask: () => Promise<T>, isKept: (answer: T) => boolean = () => true): Promise<T> {
    const now = this.#clock.monotonic();
    const known = this.#kept.get(key);
    if (known !== undefined && known.until > now) return known.answer;
    const asked = { answer: ask(), until: now + keptMs };
    this.#kept.set(key, asked);
    try {
      const answer = await asked.answer;
      if (!isKept(answer)) this.#forget(key, asked);
      return answer;
    } catch (error) {
      this.#forget(key, asked);
      throw error;
    }
  }

  #forget(key: string, asked: Kept<T>): void {
    if (this.#kept.get(key) === asked) this.#kept.delete(key);
  }
}
