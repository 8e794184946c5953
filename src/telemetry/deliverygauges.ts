import type { DeliveryCount, ParkedReason, WaitingReason } from '../ledger/deliveries/deliveries.ts';
import type { Clock } from '../lib/clock.ts';
import type { Registry } from '../tenants/registry.ts';
import { tenantBehind } from '../tenants/tenant.ts';
import { type Exposition, lineOf } from './exposition.ts';

type Parts = Readonly<{ exposition: Exposition; registry: Registry; clock: Pick<Clock, 'now'> }>;

/** What is shown of one tenant, or of all that are not registered. */
type Shown = Readonly<{ tenant: string; counts: readonly DeliveryCount[] }>;

/** Each tenant whose delivery is durable has these from the start: a rise is seen only from what was there before it. */
const initial: readonly Readonly<{ state: DeliveryCount['state']; reason: WaitingReason | ParkedReason }>[] =
  [
    { state: 'waiting', reason: 'throttled' },
    { state: 'parked', reason: 'gave_up' },
  ];

/**
 * Adds what waits and what is parked, by tenant; gives what is to be called with each new count of the ledger. The tenants
 * are those of the registry at each scrape, so that the series of one go with it. Until the first count there are none.
 */
export function addDeliveryGauges(parts: Parts): (counts: readonly DeliveryCount[]) => void {
  let shown = (): Iterable<Shown> => [];
  addCounts(parts.exposition, () => shown());
  addAges(parts, () => shown());
  return (counts) => {
    const byTenant = Map.groupBy(counts, ({ tenant }) => tenant);
    shown = () => shownOf(byTenant, parts.registry);
  };
}

function addCounts(exposition: Exposition, shown: () => Iterable<Shown>): void {
  const name = 'omneo_gateway_deliveries';
  exposition.add({
    name,
    help: 'Webhooks in the ledger that are not done, by tenant, state (waiting or parked) and reason. Every replica shows the same.',
    type: 'gauge',
    *lines() {
      for (const { tenant, counts } of shown())
        for (const { state, reason, count } of counts)
          yield lineOf(name, { tenant, state, reason }) + String(count);
    },
  });
}

function addAges({ exposition, clock }: Parts, shown: () => Iterable<Shown>): void {
  const name = 'omneo_gateway_oldest_waiting_seconds';
  exposition.add({
    name,
    help: 'Since the oldest webhook that waits was accepted, or replayed, by tenant; 0 when none waits. Every replica shows the same.',
    type: 'gauge',
    *lines() {
      for (const { tenant, counts } of shown())
        yield lineOf(name, { tenant }) + String(ageOf(counts, clock.now()) / 1000);
    },
  });
}

function* shownOf(
  byTenant: ReadonlyMap<string, readonly DeliveryCount[]>,
  registry: Registry,
): Generator<Shown> {
  for (const tenant of registry.slugs()) {
    const counts = summed([...(byTenant.get(tenant) ?? []), ...initialOf(tenant, registry)]);
    if (counts.length > 0) yield { tenant, counts };
  }
  // Before that nobody knows who is registered.
  if (!registry.complete) return;
  const others = [...byTenant.values()].flat().filter(({ tenant }) => registry.get(tenant) === undefined);
  if (others.length > 0) yield { tenant: 'unknown', counts: summed(others) };
}

function initialOf(tenant: string, registry: Registry): readonly DeliveryCount[] {
  if (tenantBehind(registry.get(tenant))?.delivery.isDurable !== true) return [];
  return initial.map((each) => ({ ...each, tenant, count: 0, oldest: Infinity }));
}

/** One count for each state and reason. */
function summed(counts: readonly DeliveryCount[]): readonly DeliveryCount[] {
  return [...Map.groupBy(counts, seriesOf).values()].map((same) => same.reduce(plus));
}

function plus(one: DeliveryCount, other: DeliveryCount): DeliveryCount {
  return { ...one, count: one.count + other.count, oldest: Math.min(one.oldest, other.oldest) };
}

function seriesOf({ state, reason }: DeliveryCount): string {
  return `${state}/${reason}`;
}

/** In milliseconds. The clock of whoever accepted it may be ahead of ours. */
function ageOf(counts: readonly DeliveryCount[], now: number): number {
  const waiting = counts.filter(({ state }) => state === 'waiting').map(({ oldest }) => oldest);
  return Math.max(0, now - Math.min(...waiting));
}
