type Limits = Readonly<{ baseMs: number; capMs: number; random: () => number }>;

/** Milliseconds to wait after so many failures in a row: full jitter under a cap that doubles, so that nobody is in step. */
export function jittered(failures: number, { baseMs, capMs, random }: Limits): number {
  return random() * Math.min(capMs, baseMs * 2 ** (failures - 1));
}

/** Counts failures in a row and says how long to wait after each. */
export class Backoff {
  readonly #limits: Limits;
  #failures = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get failures(): number {
    return this.#failures;
  }

  /** One more failure: how many milliseconds to wait, at least as many as the server asked for. */
  next(atLeastMs = 0): number {
    this.#failures++;
    return Math.max(atLeastMs, jittered(this.#failures, this.#limits));
  }

  reset(): void {
    this.#failures = 0;
  }
}

/** A random number between two. */
export function between(low: number, high: number, random: () => number): number {
  return low + random() * (high - low);
}

/**
 * Seconds to wait by a `Retry-After` header, which holds seconds or a date (RFC 9110, section 10.2.3); undefined if it
 * holds neither. `now` in milliseconds since the epoch. The caller bounds them.
 */
export function retryAfterSeconds(header: unknown, now: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  const text = header.trim();
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - now) / 1000);
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
