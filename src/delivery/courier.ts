import { type DeliveryLedger, mostChanged } from '../ledger/deliveries.ts';
import { LedgerUnavailable } from '../ledger/ledger.ts';
import type { Clock } from '../lib/clock.ts';
import { type Log, errorNames } from '../lib/log.ts';
import type { Omneo } from '../omneo/omneo.ts';
import type { Registry } from '../tenants/registry.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { TenantQueue } from './tenantqueue.ts';
import type { DeliverTaken } from './delivertaken.ts';

/** So often the ledger is asked what is due, in milliseconds, if nothing is due earlier. */
const everyMs = 1000;
/** Deliveries under way at once, of all tenants. */
const mostInAll = 256;
/** What waits for one of these is due at once when its tenant changes: it may be mended. */
const mendable = ['suspended', 'credentials_refused', 'throttled', 'unavailable'] as const;

type CourierParts = Readonly<{
  deliveries: DeliveryLedger;
  registry: Pick<Registry, 'get' | 'onChanged'>;
  /** Whether the pace of the tenant's Omneo lets attempts begin. */
  omneoOf: (tenant: Tenant) => Pick<Omneo, 'admit' | 'giveBack'>;
  /** Makes one attempt at a delivery; never throws. */
  deliverTaken: DeliverTaken;
  clock: Clock;
  log: Log;
  /** Called at the end of each look at what is due. */
  onRound: () => void;
}>;

/**
 * Works on stored deliveries: on those that are due, and on those whose holder is gone. There is one in each replica;
 * they share the work through the leases in the ledger. Tenants take turns, and each has a few places, so that however
 * much waits for one, it holds up no other.
 */
export class Courier {
  readonly #parts: CourierParts;
  readonly #queues = new Map<string, TenantQueue>();
  readonly #changed = new Set<string>();
  #turn = 0;
  #isStopped = false;
  #cancel: () => void = () => undefined;
  #round: Promise<void> = Promise.resolve();

  constructor(parts: CourierParts) {
    this.#parts = parts;
    parts.registry.onChanged(({ slug, before, after }) => {
      // One that is written again and did not change keeps its object: what waits for it keeps its pause.
      if (before?.resolution !== after?.resolution) this.#changed.add(slug);
    });
  }

  /** What waits for this tenant may be mended. */
  tenantMended(slug: string): void {
    this.#changed.add(slug);
  }

  start(): void {
    this.#plan(0);
  }

  /** Takes nothing more; resolves when what was taken has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    await this.#round;
    await Promise.all([...this.#queues.values()].map((queue) => queue.idle()));
  }

  #plan(ms: number): void {
    if (this.#isStopped) return;
    this.#cancel = this.#parts.clock.after(ms, () => {
      this.#round = this.#look();
    });
  }

  async #look(): Promise<void> {
    const { log, onRound } = this.#parts;
    let nextMs = everyMs;
    try {
      nextMs = await this.#startDue();
      onRound();
    } catch (error) {
      // The ledger's own log line says that it is gone; what is due is taken later.
      if (!(error instanceof LedgerUnavailable)) log.error({ error: errorNames(error) }, 'courier failed');
    }
    this.#plan(nextMs);
  }

  /** Starts what is due, tenant by tenant in turn; gives when to look again, in milliseconds. */
  async #startDue(): Promise<number> {
    const due = await this.#parts.deliveries.dueTenants();
    await this.#wakeChanged(new Set(due.map(({ tenant }) => tenant)));
    for (const [slug, queue] of this.#queues) if (queue.isIdle) this.#queues.delete(slug);
    this.#turn += 1;
    const first = due.length === 0 ? 0 : this.#turn % due.length;
    let nextMs = everyMs;
    for (const { tenant, dueInMs } of [...due.slice(first), ...due.slice(0, first)]) {
      if (dueInMs > 0) nextMs = Math.min(nextMs, dueInMs);
      else await this.#queueOf(tenant).fill();
    }
    return Math.max(10, nextMs);
  }

  /**
   * Of a tenant that changed, what waited for that is due now; only one that has something stored is asked for. A part
   * in each round, so that the others are looked at meanwhile.
   */
  async #wakeChanged(stored: ReadonlySet<string>): Promise<void> {
    for (const slug of this.#changed) {
      const isWaiting = stored.has(slug) && this.#servedTenant(slug) !== undefined;
      const woken = isWaiting ? await this.#parts.deliveries.wake(slug, mendable) : 0;
      if (woken < mostChanged) this.#changed.delete(slug);
    }
  }

  #servedTenant(slug: string): Tenant | undefined {
    const resolution = this.#parts.registry.get(slug);
    return resolution !== undefined && 'tenant' in resolution ? resolution.tenant : undefined;
  }

  #queueOf(slug: string): TenantQueue {
    const known = this.#queues.get(slug);
    if (known !== undefined) return known;
    const queue = new TenantQueue({
      ...this.#parts,
      slug,
      tenant: () => (this.#isStopped ? undefined : this.#servedTenant(slug)),
      roomInAll: () => mostInAll - this.#underWay,
    });
    this.#queues.set(slug, queue);
    return queue;
  }

  get #underWay(): number {
    let sum = 0;
    for (const queue of this.#queues.values()) sum += queue.size;
    return sum;
  }
}
