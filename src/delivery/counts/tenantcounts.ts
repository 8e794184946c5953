import type { DeliveryCount } from '../../ledger/deliveries.ts';
import type { Registry } from '../../tenants/registry.ts';
import { type DeliveryCounts, type Resolution, tenantBehind } from '../../tenants/tenant.ts';

type Parts = Readonly<{
  registry: Pick<Registry, 'slugs' | 'get' | 'holder'>;
  /** Called with the key of an OmneoTenant, and with what it has that is not done. */
  tell: (key: string, counts: DeliveryCounts) => void;
}>;

const nothing: DeliveryCounts = Object.freeze({ waiting: 0, parked: 0, oldestWaitingAt: null });

/** Tells of each tenant how many of its deliveries are not done; of one that has none it tells that once. */
export class TenantCounts {
  readonly #parts: Parts;
  /** Those of which it was told that they have none. A changed OmneoTenant resolves anew, and is told again. */
  readonly #idle = new WeakSet<Resolution>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Tells of every registered tenant that is in the counts, or whose delivery is durable. */
  counted(counts: readonly DeliveryCount[]): void {
    const byTenant = Map.groupBy(counts, ({ tenant }) => tenant);
    for (const slug of this.#parts.registry.slugs()) this.#tell(slug, byTenant.get(slug));
  }

  #tell(slug: string, counts: readonly DeliveryCount[] | undefined): void {
    const { registry, tell } = this.#parts;
    const [resolution, key] = [registry.get(slug), registry.holder(slug)];
    if (resolution === undefined || key === undefined || !isTold(resolution, counts)) return;
    if (counts !== undefined) this.#idle.delete(resolution);
    else if (this.#idle.has(resolution)) return;
    else this.#idle.add(resolution);
    tell(key, counts === undefined ? nothing : totalOf(counts));
  }
}

/** A tenant that cannot be resolved had durable delivery if it has deliveries. */
function isTold(resolution: Resolution, counts: readonly DeliveryCount[] | undefined): boolean {
  return tenantBehind(resolution)?.delivery.isDurable ?? counts !== undefined;
}

/** What one tenant has that is not done, over all reasons. */
function totalOf(counts: readonly DeliveryCount[]): DeliveryCounts {
  const { waiting = [], parked = [] } = Object.groupBy(counts, ({ state }) => state);
  const sum = (some: readonly DeliveryCount[]): number => some.reduce((total, { count }) => total + count, 0);
  const oldest = waiting.length === 0 ? null : Math.min(...waiting.map((each) => each.oldest));
  return Object.freeze({ waiting: sum(waiting), parked: sum(parked), oldestWaitingAt: oldest });
}
