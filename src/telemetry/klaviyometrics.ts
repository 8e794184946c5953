import type { NotifyResult } from '../delivery/events/notifyoutcome.ts';
import type { OutboxCount } from '../ledger/deliveries/outbox.ts';
import type { Clock } from '../lib/clock.ts';
import type { Registry } from '../tenants/registry.ts';
import { tenantBehind } from '../tenants/tenant.ts';
import { type Exposition, lineOf } from './exposition.ts';
import { TenantCounter } from './tenantcounter.ts';

/** What is counted of what Klaviyo is notified of. */
export type KlaviyoMetrics = Readonly<{
  /** An event was sent, or what else came of it; `not_kept`: as much is in the outbox as may be. */
  klaviyoNotified: (slug: string, result: NotifyResult | 'not_kept') => void;
  /** What is in the outbox from now on. */
  outboxCounted: (counts: readonly OutboxCount[]) => void;
}>;

type Parts = Readonly<{
  exposition: Exposition;
  registry: Registry;
  clock: Pick<Clock, 'now'>;
  /** The label of a tenant, registered or not. */
  labelOf: (slug: string) => string;
}>;

/** Counts what Klaviyo is notified of; a tenant that goes takes its series along. */
export function createKlaviyoMetrics({ exposition, registry, clock, labelOf }: Parts): KlaviyoMetrics {
  const events = new TenantCounter({
    name: 'omneo_gateway_klaviyo_events_total',
    help: 'Events to Klaviyo of how webhooks ended, by tenant and result: sent is the one that is wanted. Each try counts.',
    labelNames: ['result'],
  });
  exposition.add(events);
  registry.onRemoved((slug) => {
    events.remove(slug);
  });
  return Object.freeze({
    klaviyoNotified: (slug: string, result: string) => {
      events.inc(labelOf(slug), result);
    },
    outboxCounted: addAges(exposition, registry, clock),
  });
}

/** Adds how long Klaviyo has been waiting to be told, of each tenant that has it told. Until the first count there are none. */
function addAges(
  exposition: Exposition,
  registry: Registry,
  clock: Pick<Clock, 'now'>,
): (counts: readonly OutboxCount[]) => void {
  const name = 'omneo_gateway_oldest_klaviyo_event_seconds';
  let oldest: ReadonlyMap<string, number> | undefined;
  exposition.add({
    name,
    help: 'Since the oldest webhook ended of which Klaviyo is still to be told, by tenant; 0 when there is none. Every replica shows the same.',
    type: 'gauge',
    *lines() {
      if (oldest === undefined) return;
      for (const tenant of registry.slugs())
        if (tenantBehind(registry.get(tenant))?.klaviyoEvents !== undefined)
          yield lineOf(name, { tenant }) + String(secondsSince(oldest.get(tenant), clock.now()));
    },
  });
  return (counts) => {
    oldest = new Map(counts.map(({ tenant, oldest: at }) => [tenant, at]));
  };
}

/** The clock of whoever recorded it may be ahead of ours. */
function secondsSince(at: number | undefined, now: number): number {
  return at === undefined ? 0 : Math.max(0, now - at) / 1000;
}
