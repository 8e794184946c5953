import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { dashboardText } from '../../scripts/dashboard.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { Registry } from '../../src/tenants/registry.ts';
import { textOf } from '../support/prometheus.ts';
import {
  chartsOf,
  dashboardFile,
  type DashboardPanel,
  metricsIn,
  readAlerts,
  readDashboard,
  readRecordedSeries,
} from './files.ts';

/** The metrics that a gateway has, by the text it is scraped for. */
async function exported(): Promise<ReadonlySet<string>> {
  const text = await textOf(createMetrics(new Registry(), 'test'));
  return new Set([...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => String(name)));
}

const queriesOf = ({ targets = [] }: DashboardPanel): string[] => targets.map(({ expr }) => expr);

describe('The dashboard', () => {
  it('is checked in as the code makes it (npm run dashboard)', async () => {
    expect(await readFile(dashboardFile, 'utf8')).to.equal(dashboardText());
  });

  it('answers first whether rewards are issued, for whom not, and why', async () => {
    const [first] = (await readDashboard()).panels;
    expect(first).to.include({
      type: 'row',
      title: 'Are rewards being issued, for whom not, and why',
    });
  });

  it('has a query in every panel, and says what it means', async () => {
    for (const panel of chartsOf(await readDashboard())) {
      expect(queriesOf(panel), panel.title).not.to.deep.equal([]);
      expect(panel.description, panel.title).to.match(/^.+\.$/);
      expect(panel.gridPos.x + panel.gridPos.w, panel.title).to.be.at.most(24);
    }
  });

  it('has no two panels of one title', async () => {
    const titles = chartsOf(await readDashboard()).map(({ title }) => title);
    expect(new Set(titles).size).to.equal(titles.length);
  });

  it('asks for the chosen namespaces only, in every query', async () => {
    for (const panel of chartsOf(await readDashboard())) {
      for (const expr of queriesOf(panel)) {
        const selectors = expr.match(/\b(?:omneo_gateway|process|nodejs)_\w+(?:\{[^}]*\})?/g) ?? [];
        for (const selector of selectors)
          expect(selector, panel.title).to.contain('{namespace=~"$namespace"');
      }
    }
  });

  it('asks for metrics that a gateway has', async () => {
    const { templating } = await readDashboard();
    const panels = chartsOf(await readDashboard()).flatMap(queriesOf);
    const asked = [...panels, ...templating.list.map(({ query }) => query)].flatMap(metricsIn);
    expect(asked).to.include('omneo_gateway_webhook_requests_total');
    expect([...(await exported())]).to.include.members([...new Set(asked)]);
  });

  it('shows every metric of the gateway itself', async () => {
    const shown = new Set(
      chartsOf(await readDashboard())
        .flatMap(queriesOf)
        .flatMap(metricsIn),
    );
    const own = [...(await exported())].filter((name) => name.startsWith('omneo_gateway_'));
    expect(own.filter((name) => !shown.has(name))).to.deep.equal([]);
  });
});

describe('The metrics of the alerts', () => {
  it('are those that a gateway has, and what is recorded of them', async () => {
    const has = await exported();
    const recorded = await readRecordedSeries();
    for (const { alert, expr } of await readAlerts()) {
      const names = [...recorded.keys()].filter((name) => expr.includes(name));
      const asked = [expr, ...names.map((name) => recorded.get(name) ?? '')].flatMap(metricsIn);
      expect(asked, alert).not.to.deep.equal([]);
      expect(
        asked.filter((name) => !has.has(name)),
        alert,
      ).to.deep.equal([]);
    }
  });
});
