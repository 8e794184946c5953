import type { DeliveryCount } from '../../ledger/deliveries/deliveries.ts';

const nothing: readonly DeliveryCount[] = Object.freeze([]);

/** What waited and what was parked when it was counted last. */
export class LatestCounts {
  #byTenant: ReadonlyMap<string, readonly DeliveryCount[]> = new Map();

  /** These were counted now, of all tenants. */
  counted(counts: readonly DeliveryCount[]): void {
    this.#byTenant = Map.groupBy(counts, ({ tenant }) => tenant);
  }

  /** Of one tenant, by state and reason. */
  of(tenant: string): readonly DeliveryCount[] {
    return this.#byTenant.get(tenant) ?? nothing;
  }
}
