import { LRUCache } from 'lru-cache';
import type { Clock } from '../../lib/clock.ts';

type Answer<T> = { until: number; readonly value: Promise<T> };

/** An answer that took long is kept for so many times as long: it costs that much each time. */
const costTimes = 200;
/** No longer than so many milliseconds, since the ledger may have been away. */
const longestMs = 60_000;

/** As many tenants as a gateway may have; what is asked for least goes first. */
const mostKept = 20_000;

/** Answers that are given again for a while. Whoever asks meanwhile waits for the one that is under way. */
export class RecentAnswers<T> {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #keptMs: number;
  readonly #byKey = new LRUCache<string, Answer<T>>({ max: mostKept });

  /** Each is given for `keptMs` milliseconds, or for up to a minute if it took long. */
  constructor(clock: Pick<Clock, 'monotonic'>, keptMs: number) {
    this.#clock = clock;
    this.#keptMs = keptMs;
  }

  /** The recent answer to `key`, or what `ask` gives now. What fails is not kept. */
  get(key: string, ask: () => Promise<T>): Promise<T> {
    const now = this.#clock.monotonic();
    const known = this.#byKey.get(key);
    if (known !== undefined && now < known.until) return known.value;
    const answer: Answer<T> = { until: Infinity, value: ask() };
    this.#byKey.set(key, answer);
    answer.value.then(
      () => {
        const tookMs = this.#clock.monotonic() - now;
        answer.until = now + Math.max(this.#keptMs, Math.min(longestMs, costTimes * tookMs));
      },
      () => {
        if (this.#byKey.get(key) === answer) this.#byKey.delete(key);
      },
    );
    return answer.value;
  }
}
