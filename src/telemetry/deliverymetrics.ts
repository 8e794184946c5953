import { Counter } from 'prom-client';
import { type DeliveryResult, deliveryResults } from './deliverylog.ts';
import type { DeliveryCount } from '../ledger/deliveries/deliveries.ts';
import type { Clock } from '../lib/clock.ts';
import type { Registry } from '../tenants/registry.ts';
import { tenantBehind } from '../tenants/tenant.ts';
import { addDeliveryGauges } from './deliverygauges.ts';
import type { Exposition, Family } from './exposition.ts';
import { TenantCounter } from './tenantcounter.ts';

/** What is counted of the webhooks that are stored until they are done. */
export type DeliveryMetrics = Readonly<{
  /** What waits and what is parked from now on. */
  deliveriesCounted: (counts: readonly DeliveryCount[]) => void;
  /** An attempt of the courier has ended. */
  deliveryAttempted: (slug: string, result: DeliveryResult) => void;
  /** A webhook was stored, and answered before it was issued. */
  accepted: (slug: string) => void;
  /** A webhook failed for good and was not parked, since as many are parked as may be. */
  notParked: (slug: string) => void;
  /** People have changed so many deliveries. */
  deliveriesChanged: (slug: string, change: string, count: number) => void;
  /** The courier has looked for what is due, whether there was anything or not. */
  courierRound: () => void;
}>;

type Parts = Readonly<{
  exposition: Exposition;
  registry: Registry;
  clock: Pick<Clock, 'now'>;
  /** The label of a tenant, registered or not. */
  labelOf: (slug: string) => string;
}>;

/** Counts deliveries; a tenant that goes takes its series along. */
export function createDeliveryMetrics(parts: Parts): DeliveryMetrics {
  const { exposition, registry, labelOf } = parts;
  const { attempts, accepted, notParked, changes } = createCounters();
  exposition.add(begun(attempts, registry, 'issued'));
  exposition.add(begun(accepted, registry));
  exposition.add(begun(notParked, registry));
  exposition.add(begun(changes, registry, 'replayed'));
  const rounds = roundsOf(exposition);
  registry.onRemoved((slug) => {
    attempts.remove(slug);
    accepted.remove(slug);
    notParked.remove(slug);
    changes.remove(slug);
  });
  return Object.freeze({
    deliveriesCounted: addDeliveryGauges(parts),
    deliveryAttempted: (slug: string, result: DeliveryResult) => {
      attempts.inc(labelOf(slug), result);
    },
    accepted: (slug: string) => {
      accepted.inc(labelOf(slug));
    },
    notParked: (slug: string) => {
      notParked.inc(labelOf(slug));
    },
    deliveriesChanged: (slug: string, change: string, count: number) => {
      changes.add(labelOf(slug), count, change);
    },
    courierRound: () => {
      rounds.inc();
    },
  });
}

function createCounters(): Readonly<
  Record<'attempts' | 'accepted' | 'notParked' | 'changes', TenantCounter>
> {
  return {
    attempts: new TenantCounter({
      name: 'omneo_gateway_delivery_attempts_total',
      help: `Attempts of the courier at stored webhooks, by tenant and result: ${deliveryResults.join(', ')}.`,
      labelNames: ['result'],
    }),
    accepted: new TenantCounter({
      name: 'omneo_gateway_accepted_total',
      help: 'Webhooks that were stored, and answered before they were issued, by tenant. Copies do not count.',
      labelNames: [],
    }),
    notParked: new TenantCounter({
      name: 'omneo_gateway_not_parked_total',
      help: 'Webhooks that failed for good and were not parked, by tenant: as many are parked as may be.',
      labelNames: [],
    }),
    changes: new TenantCounter({
      name: 'omneo_gateway_delivery_changes_total',
      help: 'Deliveries that people changed, by tenant and change: replayed, corrected, discarded or erased.',
      labelNames: ['change'],
    }),
  };
}

function roundsOf({ small }: Exposition): Counter {
  return new Counter({
    name: 'omneo_gateway_courier_rounds_total',
    help: 'How often this replica has looked in the ledger for what is due.',
    registers: [small],
  });
}

/** The counter with this series at 0 for each tenant whose delivery is durable: rate() does not see how a series begins. */
function begun(counter: TenantCounter, registry: Registry, ...values: readonly string[]): Family {
  const { name, help, type } = counter;
  const lines = function* (): Generator<string> {
    yield* counter.lines();
    for (const slug of registry.slugs()) {
      const isDurable = tenantBehind(registry.get(slug))?.delivery.isDurable === true;
      if (isDurable && !counter.has(slug, ...values)) yield counter.zero(slug, ...values);
    }
  };
  return { name, help, type, lines };
}
