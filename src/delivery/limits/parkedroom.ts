import type { DeliveryCount } from '../../ledger/deliveries/deliveries.ts';
import type { OutboxCount } from '../../ledger/deliveries/outbox.ts';
import type { Log } from '../../lib/log.ts';
import type { Tenant } from '../../tenants/tenant.ts';

/** What is bounded: what waits for a human, what waits for a budget, and what Klaviyo is still to be notified of. */
type Bounded = 'parked' | 'held' | 'unsent';

type Parts = Readonly<{
  /** Most parked deliveries of one tenant, most held ones, and most in the outbox. */
  most: number;
  log: Pick<Log, 'warn'>;
  /** Called with the tenant of each webhook that is not parked for want of room, or of whose end Klaviyo is not notified. */
  onRefused: (slug: string, kind: Bounded) => void;
}>;

/**
 * How many more deliveries may be parked for each tenant, held, or put into the outbox, so that who has its secret cannot
 * fill the disk. By the last count of the ledger, and what this replica has stored and sent since: it is a bound on what
 * grows without end, and not exact.
 */
export class ParkedRoom {
  readonly #parts: Parts;
  #stored = new Map<string, number>();
  /** Those that had no room, so that each is one line in the log until it has some again. */
  readonly #full = new Map<string, Readonly<{ slug: string; kind: Bounded }>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What is parked, what is held, and what is in the outbox, of all tenants. */
  counted(counts: readonly DeliveryCount[], unsent: readonly OutboxCount[] = []): void {
    this.#stored = new Map();
    for (const { tenant, state, reason, count } of counts) {
      if (state === 'parked') this.#add(tenant, 'parked', count);
      else if (reason === 'held') this.#add(tenant, 'held', count);
    }
    for (const { tenant, count } of unsent) this.#add(tenant, 'unsent', count);
    for (const [name, { slug, kind }] of this.#full) if (this.has(slug, kind)) this.#full.delete(name);
  }

  /** Whether one more may be parked, held, or put into the outbox for this tenant, which is counted then. */
  take(slug: string, kind: Bounded = 'parked'): boolean {
    if (this.has(slug, kind)) {
      this.#add(slug, kind, 1);
      return true;
    }
    const { most, log, onRefused } = this.#parts;
    if (kind !== 'held') onRefused(slug, kind);
    const name = nameOf(slug, kind);
    if (!this.#full.has(name)) log.warn({ tenant: slug, [kind]: most }, `as many are ${kind} as may be`);
    this.#full.set(name, { slug, kind });
    return false;
  }

  /** One that was counted is there no more. Another replica may have counted it: there are never fewer than none. */
  giveBack(slug: string, kind: Bounded): void {
    const name = nameOf(slug, kind);
    this.#stored.set(name, Math.max(0, (this.#stored.get(name) ?? 0) - 1));
  }

  /** Whether one more may be parked, held, or put into the outbox for this tenant. */
  has(slug: string, kind: Bounded = 'parked'): boolean {
    return (this.#stored.get(nameOf(slug, kind)) ?? 0) < this.#parts.most;
  }

  #add(slug: string, kind: Bounded, count: number): void {
    const name = nameOf(slug, kind);
    this.#stored.set(name, (this.#stored.get(name) ?? 0) + count);
  }
}

/** Whether a tenant has budgets, and as many of its webhooks are held for them as may be. */
export function isFullOfHeld(
  { slug, limits }: Pick<Tenant, 'slug' | 'limits'>,
  room: Pick<ParkedRoom, 'has'>,
): boolean {
  const hasBudgets = limits?.perDay !== undefined || limits?.perProfilePerDay !== undefined;
  return hasBudgets && !room.has(slug, 'held');
}

function nameOf(slug: string, kind: Bounded): string {
  return `${kind} ${slug}`;
}
