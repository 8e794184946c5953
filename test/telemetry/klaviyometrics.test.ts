import { expect } from 'chai';
import { type Metrics, createMetrics } from '../../src/telemetry/metrics.ts';
import { Confidential } from '../../src/tenants/confidential.ts';
import { Registry } from '../../src/tenants/registry.ts';
import { durableTenant } from '../delivery/stored.ts';
import { registrationsOf } from '../support/deliveries.ts';
import { countsBy, samplesOf, textOf } from '../support/prometheus.ts';

describe('The metrics of what Klaviyo is told', () => {
  let registry: Registry;
  let metrics: Metrics;

  beforeEach(() => {
    registry = new Registry();
    metrics = createMetrics(registry, '0.0.0', undefined, { clock: { now: () => 100_000 } });
    const tenant = durableTenant({ klaviyoEvents: { apiKey: new Confidential('pk_of_the_tests') } });
    registry.put({
      key: 'loyalty/acme',
      slug: 'acme',
      createdAt: 0,
      resolution: { webhookSecrets: [], tenant },
    });
    registry.put(registrationsOf.durable('bloom'));
  });

  const events = async () =>
    countsBy(await textOf(metrics), 'omneo_gateway_klaviyo_events_total', 'tenant', 'result');
  const ages = async (): Promise<Record<string, number>> => {
    const samples = samplesOf(await textOf(metrics), 'omneo_gateway_oldest_klaviyo_event_seconds');
    return Object.fromEntries(samples.map(({ labels, value }) => [labels['tenant'] ?? '', value] as const));
  };

  it('count what came of each event, and go with the tenant', async () => {
    metrics.klaviyoNotified('acme', 'sent');
    metrics.klaviyoNotified('acme', 'sent');
    metrics.klaviyoNotified('acme', 'not_kept');
    metrics.klaviyoNotified('gone', 'refused');
    expect(await events()).to.deep.equal({ 'acme/sent': 2, 'acme/not_kept': 1, 'unknown/refused': 1 });
    registry.delete('loyalty/acme');
    expect(await events()).to.deep.equal({ 'unknown/refused': 1 });
  });

  it('show for how long Klaviyo is still to be told, of tenants that have it told, once that was counted', async () => {
    expect(await ages()).to.deep.equal({});
    metrics.outboxCounted([]);
    expect(await ages()).to.deep.equal({ acme: 0 });
    metrics.outboxCounted([
      { tenant: 'acme', count: 3, oldest: 40_000 },
      { tenant: 'bloom', count: 1, oldest: 0 },
    ]);
    expect(await ages()).to.deep.equal({ acme: 60 });
    metrics.outboxCounted([{ tenant: 'acme', count: 1, oldest: 100_001 }]);
    expect(await ages()).to.deep.equal({ acme: 0 });
  });
});
