import { LRUCache } from 'lru-cache';
import type { Clock } from '../../lib/clock.ts';
import { ConsoleProblem } from '../consoleproblem.ts';

const windowMs = 60_000;
/** Failed tries that a client has in a minute. */
const mostFailures = 10;
/** For so long accepted credentials are tried whatever else the client does: people read for hours. In milliseconds. */
const sparedMs = 12 * 3_600_000;
/** Clients, and credentials, that are remembered; the one that was seen longest ago makes room. */
const mostRemembered = 10_000;

type Failures = Readonly<{ count: number; until: number }>;

/** A try to sign in: by whom, and a digest of the credentials. */
type Try = Readonly<{ client: string; credentials: string }>;

/**
 * Limits the failed tries of each client to ten a minute. A try counts as failed until it has succeeded, so that many at
 * once gain nothing. Credentials that were accepted within the last twelve hours are always tried, and checked like any
 * others: behind a proxy all clients look like one, and a stranger must not lock out those who are at work.
 */
export class Attempts {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #failures = new LRUCache<string, Failures>({ max: mostRemembered });
  /** Until when they are tried whatever else the client does. */
  readonly #accepted = new LRUCache<string, number>({ max: mostRemembered });
  readonly #underWay = new Map<string, Promise<unknown>>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /**
   * What `check` finds; undefined: the credentials do not hold. One try at a time of the same client and credentials: the
   * others get its result.
   *
   * @throws ConsoleProblem `too_many_requests`, and what `check` throws, which is no failed try
   */
  async run<T>(attempt: Try, check: () => Promise<T | undefined>): Promise<T | undefined> {
    const key = `${attempt.client} ${attempt.credentials}`;
    const found = this.#underWay.get(key) ?? this.#run(attempt, check);
    this.#underWay.set(key, found);
    try {
      return (await found) as T | undefined;
    } finally {
      this.#underWay.delete(key);
    }
  }

  async #run<T>({ client, credentials }: Try, check: () => Promise<T | undefined>): Promise<T | undefined> {
    const now = this.#clock.monotonic();
    const isKnown = (this.#accepted.get(credentials) ?? 0) > now;
    if (!isKnown) this.#begin(client, now);
    try {
      const found = await check();
      if (found === undefined) this.#accepted.delete(credentials);
      else this.#accepted.set(credentials, now + sparedMs);
      if (found !== undefined && !isKnown) this.#giveBack(client);
      return found;
    } catch (error) {
      if (!isKnown) this.#giveBack(client);
      throw error;
    }
  }

  #begin(client: string, now: number): void {
    const before = this.#failures.get(client);
    const current = before !== undefined && before.until > now ? before : { count: 0, until: now + windowMs };
    if (current.count >= mostFailures)
      throw new ConsoleProblem('too_many_requests', {
        retryAfter: Math.ceil((current.until - now) / 1000),
      });
    this.#failures.set(client, { ...current, count: current.count + 1 });
  }

  #giveBack(client: string): void {
    const failures = this.#failures.get(client);
    if (failures !== undefined)
      this.#failures.set(client, { ...failures, count: Math.max(0, failures.count - 1) });
  }
}
