import type { DeliveryCount } from '../../ledger/deliveries/deliveries.ts';
import type { Log } from '../../lib/log.ts';

type Parts = Readonly<{
  /** Most parked deliveries of one tenant. */
  most: number;
  log: Pick<Log, 'warn'>;
  /** Called with the tenant of each webhook that is not parked for want of room. */
  onRefused: (slug: string) => void;
}>;

/**
 * How many more deliveries may be parked for each tenant, so that who has its secret cannot fill the disk. By the last
 * count of the ledger, and what this replica has parked since: it is a bound on what grows without end, and not exact.
 */
export class ParkedRoom {
  readonly #parts: Parts;
  #parked = new Map<string, number>();
  /** Those that had no room, so that each is one line in the log until it has some again. */
  readonly #full = new Set<string>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What is parked, of all tenants. */
  counted(counts: readonly DeliveryCount[]): void {
    this.#parked = new Map();
    for (const { tenant, state, count } of counts) if (state === 'parked') this.#add(tenant, count);
    for (const slug of this.#full) if (this.has(slug)) this.#full.delete(slug);
  }

  /** Whether one more may be parked for this tenant, which is counted then. */
  take(slug: string): boolean {
    if (this.has(slug)) {
      this.#add(slug, 1);
      return true;
    }
    const { most, log, onRefused } = this.#parts;
    onRefused(slug);
    if (!this.#full.has(slug)) log.warn({ tenant: slug, parked: most }, 'as many are parked as may be');
    this.#full.add(slug);
    return false;
  }

  /** Whether one more may be parked for this tenant. */
  has(slug: string): boolean {
    return (this.#parked.get(slug) ?? 0) < this.#parts.most;
  }

  #add(slug: string, count: number): void {
    this.#parked.set(slug, (this.#parked.get(slug) ?? 0) + count);
  }
}
