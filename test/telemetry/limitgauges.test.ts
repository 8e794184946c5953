import { expect } from 'chai';
import { type Metrics, createMetrics } from '../../src/telemetry/metrics.ts';
import { Registry } from '../../src/tenants/registry.ts';
import { registrationsOf } from '../support/deliveries.ts';
import { countsBy, textOf } from '../support/prometheus.ts';

describe('The metric of budgets', () => {
  let registry: Registry;
  let metrics: Metrics;

  beforeEach(() => {
    registry = new Registry();
    metrics = createMetrics(registry, '0.0.0');
    registry.put(registrationsOf.durable('acme'));
  });

  const shown = async () =>
    countsBy(await textOf(metrics), 'omneo_gateway_limit_used_ratio', 'tenant', 'limit');
  const budget = (slug: string, ratio: number) => ({
    ...{ slug, key: `loyalty/${slug}`, day: '2026-11-27', isHolding: false },
    uses: [{ limit: 'perDay.amount', ratio } as const],
  });

  it('is there once the budgets were read, and follows them', async () => {
    expect(await shown()).to.deep.equal({});
    metrics.budgetsRead([budget('acme', 0.8)]);
    expect(await shown()).to.deep.equal({ 'acme/perDay.amount': 0.8 });
    metrics.budgetsRead([]);
    expect(await shown()).to.deep.equal({});
  });

  it('goes with its tenant', async () => {
    metrics.budgetsRead([budget('acme', 0.8), budget('nobody', 1)]);
    expect(await shown()).to.deep.equal({ 'acme/perDay.amount': 0.8 });
    registry.delete('loyalty/acme');
    expect(await shown()).to.deep.equal({});
  });
});
