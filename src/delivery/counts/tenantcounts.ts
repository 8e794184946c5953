import type { DeliveryCount } from '../../ledger/deliveries/deliveries.ts';
import type { Registry } from '../../tenants/registry.ts';
import { type DeliveryCounts, type Resolution, tenantBehind } from '../../tenants/tenant.ts';

type Parts = Readonly<{
  registry: Pick<Registry, 'slugs' | 'get' | 'holder'>;
  /** Called with the key of an OmneoTenant, and with what it has that is not done. */
  report: (key: string, counts: DeliveryCounts) => void;
}>;

const nothing: DeliveryCounts = Object.freeze({ waiting: 0, parked: 0, oldestWaitingAt: null });

/** Reports for each tenant how many of its deliveries are not done; that it has none is reported once. */
export class TenantCounts {
  readonly #parts: Parts;
  /** Those that were reported to have none. A changed OmneoTenant resolves anew, and is reported again. */
  readonly #idle = new WeakSet<Resolution>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Reports every registered tenant that is in the counts, or whose delivery is durable. */
  counted(counts: readonly DeliveryCount[]): void {
    const byTenant = Map.groupBy(counts, ({ tenant }) => tenant);
    for (const slug of this.#parts.registry.slugs()) this.#report(slug, byTenant.get(slug));
  }

  #report(slug: string, counts: readonly DeliveryCount[] | undefined): void {
    const { registry, report } = this.#parts;
    const [resolution, key] = [registry.get(slug), registry.holder(slug)];
    if (resolution === undefined || key === undefined || !isReported(resolution, counts)) return;
    if (counts !== undefined) this.#idle.delete(resolution);
    else if (this.#idle.has(resolution)) return;
    else this.#idle.add(resolution);
    report(key, counts === undefined ? nothing : totalOf(counts));
  }
}

/** A tenant that cannot be resolved had durable delivery if it has deliveries. */
function isReported(resolution: Resolution, counts: readonly DeliveryCount[] | undefined): boolean {
  return tenantBehind(resolution)?.delivery.isDurable ?? counts !== undefined;
}

/** What one tenant has that is not done, over all reasons. */
function totalOf(counts: readonly DeliveryCount[]): DeliveryCounts {
  const { waiting = [], parked = [] } = Object.groupBy(counts, ({ state }) => state);
  const sum = (some: readonly DeliveryCount[]): number => some.reduce((total, { count }) => total + count, 0);
  const oldest = waiting.length === 0 ? null : Math.min(...waiting.map((each) => each.oldest));
  return Object.freeze({ waiting: sum(waiting), parked: sum(parked), oldestWaitingAt: oldest });
}
