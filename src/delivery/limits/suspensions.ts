import type { Ledger } from '../../ledger/ledger.ts';
import type { Clock } from '../../lib/clock.ts';

/** So often it is recorded that a tenant is not served, in milliseconds. */
const everyMs = 60_000;
/** Longer than any delivery is tried. */
const keepMs = 400 * 24 * 3_600_000;

type Parts = Readonly<{
  ledger: Pick<Ledger, 'recordMax' | 'readMax'>;
  clock: Pick<Clock, 'now' | 'monotonic'>;
}>;

/**
 * When each tenant was last seen suspended, or without what it takes to serve it. The ledger keeps it, so that it counts
 * for every replica, and for the process that comes after this one.
 */
export class Suspensions {
  readonly #parts: Parts;
  /** When it was recorded last, by the monotonic clock. */
  readonly #recordedAt = new Map<string, number>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Records that the tenant is not served now, once a minute at most.
   *
   * @throws LedgerUnavailable
   */
  async seen(slug: string): Promise<void> {
    const { ledger, clock } = this.#parts;
    const now = clock.monotonic();
    if (now < (this.#recordedAt.get(slug) ?? -Infinity) + everyMs) return;
    await ledger.recordMax(nameOf(slug), clock.now(), keepMs);
    this.#recordedAt.set(slug, now);
  }

  /**
   * The last moment at which the tenant was seen so, in milliseconds since the epoch; 0: none is known.
   *
   * @throws LedgerUnavailable
   */
  lastSeen(slug: string): Promise<number> {
    return this.#parts.ledger.readMax(nameOf(slug));
  }
}

function nameOf(slug: string): string {
  return `suspended/${slug}`;
}
