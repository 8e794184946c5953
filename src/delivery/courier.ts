import {
  type DeliveryCount,
  type DeliveryLedger,
  type DueTenant,
  mostChanged,
} from '../ledger/deliveries/deliveries.ts';
import { LedgerUnavailable } from '../ledger/ledger.ts';
import type { Clock } from '../lib/clock.ts';
import { type Log, errorNames } from '../lib/log.ts';
import type { Omneo } from '../omneo/omneo.ts';
import type { Registry } from '../tenants/registry.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { DeliverTaken } from './delivertaken.ts';
import type { GoneTenants } from './limits/gonetenants.ts';
import { mendable, mostToWake } from './limits/mendable.ts';
import type { Suspensions } from './limits/suspensions.ts';
import { TenantQueue } from './tenantqueue.ts';

/** So often the ledger is asked what is due, in milliseconds, if nothing is due earlier. */
const everyMs = 1000;
/** After something has become due it is looked for in so many milliseconds, together with what comes meanwhile. */
const hurriedMs = 20;
/** Deliveries under way at once, of all tenants. */
const mostInAll = 256;
/** Deliveries of one tenant under way at once. */
const mostOfOne = 32;

type CourierParts = Readonly<{
  deliveries: DeliveryLedger;
  registry: Pick<Registry, 'get' | 'onChanged'>;
  /** Whether the pace of the tenant's Omneo lets attempts begin. */
  omneoOf: (tenant: Tenant) => Pick<Omneo, 'admit' | 'giveBack'>;
  /** Makes one attempt at a delivery; rejects in a bug only. */
  deliverTaken: DeliverTaken;
  suspensions: Pick<Suspensions, 'seen'>;
  goneTenants: Pick<GoneTenants, 'look'>;
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
  /** How much of what waits for those that changed is still to be woken; null: that is not counted yet. */
  readonly #changed = new Map<string, number | null>();
  #turn = 0;
  /** How many places each tenant has that has something due: when there are many, fewer, so that there are some for all. */
  #share = mostOfOne;
  #isStopped = false;
  #isLooking = false;
  /** Something has become due since the last look began. */
  #isHurried = false;
  #ignoreDue: () => void = () => undefined;
  #cancel: () => void = () => undefined;
  #round: Promise<void> = Promise.resolve();

  constructor(parts: CourierParts) {
    this.#parts = parts;
    parts.registry.onChanged(({ slug, before, after }) => {
      // One that is written again and did not change keeps its object: what waits for it keeps its pause.
      if (before?.resolution !== after?.resolution) this.#changed.set(slug, null);
    });
  }

  /** What waits for this tenant may be mended. */
  tenantMended(slug: string): void {
    this.#changed.set(slug, null);
  }

  start(): void {
    this.#ignoreDue = this.#parts.deliveries.onDue(() => {
      this.#hurry();
    });
    this.#plan(0);
  }

  /** Takes nothing more; resolves when what was taken has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#ignoreDue();
    this.#cancel();
    await this.#round;
    await Promise.all([...this.#queues.values()].map((queue) => queue.idle()));
  }

  #plan(ms: number): void {
    if (this.#isStopped) return;
    this.#cancel = this.#parts.clock.after(ms, () => {
      this.#isLooking = true;
      this.#isHurried = false;
      this.#round = this.#look();
    });
  }

  #hurry(): void {
    if (this.#isHurried) return;
    this.#isHurried = true;
    if (this.#isLooking) return;
    this.#cancel();
    this.#plan(hurriedMs);
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
    this.#isLooking = false;
    this.#plan(this.#isHurried ? hurriedMs : nextMs);
  }

  /** Starts what is due, tenant by tenant in turn; gives when to look again, in milliseconds. */
  async #startDue(): Promise<number> {
    const stored = await this.#parts.deliveries.dueTenants();
    await this.#wakeChanged(stored);
    const due = stored.filter(({ tenant, dueInMs }) => dueInMs <= 0 && this.#isServed(tenant));
    this.#share = Math.min(mostOfOne, Math.max(1, Math.floor(mostInAll / due.length)));
    for (const [slug, queue] of this.#queues) if (queue.isIdle) this.#queues.delete(slug);
    this.#turn += 1;
    const first = due.length === 0 ? 0 : this.#turn % due.length;
    for (const { tenant } of [...due.slice(first), ...due.slice(0, first)])
      await this.#queueOf(tenant).fill();
    await this.#noteUnserved(stored);
    return nextLookMs(stored);
  }

  /** What waits for a tenant that is not served is not worked on: that time does not count against it. */
  async #noteUnserved(stored: readonly DueTenant[]): Promise<void> {
    const { registry, suspensions, goneTenants } = this.#parts;
    for (const { tenant } of stored)
      if (registry.get(tenant) !== undefined && !this.#isServed(tenant)) await suspensions.seen(tenant);
    await goneTenants.look(stored);
  }

  /** Of tenants that changed, some of what waited for that is due now; only what has something stored is asked for. */
  async #wakeChanged(stored: readonly DueTenant[]): Promise<void> {
    const known = new Set(stored.map(({ tenant }) => tenant));
    // However many changed, all are counted once: it takes long where much waits.
    let counted: Promise<readonly DeliveryCount[]> | undefined;
    const countAll = (): Promise<readonly DeliveryCount[]> => (counted ??= this.#parts.deliveries.counts());
    for (const [slug, left] of [...this.#changed]) {
      this.#changed.delete(slug);
      const tenant = this.#servedTenant(slug);
      if (known.has(slug) && tenant !== undefined) await this.#wake(tenant, left, countAll);
    }
  }

  /** What is left of many, or of all when the ledger fails at it, is woken at the next look: no other tenant waits for it. */
  async #wake(
    tenant: Tenant,
    most: number | null,
    countAll: () => Promise<readonly DeliveryCount[]>,
  ): Promise<void> {
    const { slug } = tenant;
    const { deliveries } = this.#parts;
    let left = most;
    try {
      left ??= await mostToWake(tenant, countAll);
      const woken = await deliveries.wake(slug, mendable);
      left = woken < mostChanged ? 0 : Math.max(0, left - woken);
    } catch (error) {
      if (!(error instanceof LedgerUnavailable)) throw error;
    } finally {
      // One that has changed again meanwhile is counted anew.
      if (left !== 0 && !this.#changed.has(slug)) this.#changed.set(slug, left);
    }
  }

  #isServed(slug: string): boolean {
    return this.#servedTenant(slug) !== undefined;
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
      most: () => this.#share,
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

/** When to look again, in milliseconds: when the next delivery is due, but not at once. */
function nextLookMs(stored: readonly DueTenant[]): number {
  const later = stored.map(({ dueInMs }) => dueInMs).filter((ms) => ms > 0);
  return Math.max(10, Math.min(everyMs, ...later));
}
