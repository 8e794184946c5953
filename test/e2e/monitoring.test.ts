import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import {
  chartsOf,
  readAlerts,
  readDashboard,
  readRecordedSeries,
  ruleCasesFiles,
  rulesFile,
} from '../monitoring/files.ts';
import { type Load, startLoad } from './monitoringload.ts';
import { type Prometheus, type Series, startPrometheus } from './monitoringprometheus.ts';
import { needTools } from './needs.ts';
import { run } from './run.ts';
import { eventually } from './time.ts';
import { tool } from './tools/tool.ts';

/** A query as Grafana sends it: with every variable filled in. */
function filledIn(expr: string, variables: Readonly<Record<string, string>>): string {
  const filled = expr.replaceAll(/\$\{?(\w+)\}?/g, (whole, name: string) => variables[name] ?? whole);
  if (filled.includes('$')) throw new Error(`a variable without a value: ${filled}`);
  return filled;
}

// 0/0 is an answer, but nothing that a panel could show.
const isData = ({ value: [, value] }: Series): boolean => value !== 'NaN';

describe('The alerts, with promtool', () => {
  before(async function () {
    await needTools(this, 'promtool');
  });

  it('are valid', async () => {
    const { code, stdout, stderr } = await run(await tool('promtool'), [
      'check',
      'rules',
      '--lint=all',
      '--lint-fatal',
      fileURLToPath(rulesFile),
    ]);
    expect(code, stdout + stderr).to.equal(0);
  });

  it('fire when they have to, and not when they must not', async () => {
    const { code, stdout, stderr } = await run(await tool('promtool'), [
      'test',
      'rules',
      ...ruleCasesFiles.map((file) => fileURLToPath(file)),
    ]);
    expect(code, stdout + stderr).to.equal(0);
  });
});

describe('The dashboard, with a Prometheus that scrapes gateways', () => {
  let load: Load;
  let prometheus: Prometheus;
  /** All of both, as after opening the dashboard. */
  const variables = { __rate_interval: '30s', __range: '5m', namespace: '.*', tenant: '.*' };

  before(async function () {
    await needTools(this, 'prometheus', 'etcd', 'kube-apiserver', 'kubectl', 'postgres');
    load = await startLoad();
    prometheus = await startPrometheus(load.targets);
    // Every counter has to be scraped before it rises, and after: rate() needs both.
    for (let round = 0; round < 4; round++) {
      await load.round();
      await sleep(1500);
    }
    await load.interrupt();
    await load.round();
  });

  after(async () => {
    await (prometheus as Prometheus | undefined)?.stop();
    await (load as Load | undefined)?.stop();
  });

  it('has data in every panel, and an error in none', async () => {
    const panels = chartsOf(await readDashboard());
    const empty = async (): Promise<string[]> => {
      const found: string[] = [];
      for (const { title, targets = [] } of panels) {
        for (const { expr } of targets)
          if (!(await prometheus.query(filledIn(expr, variables))).some(isData)) found.push(title);
      }
      return found;
    };
    let missing = await empty();
    for (let again = 0; again < 10 && missing.length > 0; again++) {
      await load.round();
      await sleep(1000);
      missing = await empty();
    }
    console.log(`      ${panels.length - new Set(missing).size} panels with data of ${panels.length}`);
    expect(missing).to.deep.equal([]);
  });

  it('offers each namespace and tenant for choice', async () => {
    const choices: Record<string, readonly string[]> = {};
    for (const { name, query } of (await readDashboard()).templating.list) {
      const [, selector, label] = /^label_values\((.+), (\w+)\)$/.exec(query) ?? [];
      if (selector === undefined || label === undefined) continue;
      choices[name] = await prometheus.labelValues(label, filledIn(selector, variables));
    }
    expect(choices).to.deep.equal({
      namespace: ['cluster', 'demo'],
      tenant: ['acme', 'bare', 'bloom', 'paused', 'refused', 'stale', 'unknown'],
    });
  });

  it('tells, for one tenant chosen, of no other', async () => {
    for (const { title, targets = [] } of chartsOf(await readDashboard())) {
      for (const { expr } of targets) {
        const found = await prometheus.query(filledIn(expr, { ...variables, tenant: 'bloom' }));
        const others = found.map(({ metric }) => metric['tenant'] ?? 'bloom');
        expect(
          others.filter((tenant) => tenant !== 'bloom'),
          title,
        ).to.deep.equal([]);
      }
    }
  });

  it('shows the namespace that was chosen alone', async () => {
    const [replicas] = chartsOf(await readDashboard()).filter(
      ({ title }) => title === 'Replicas, by version',
    );
    const count = async (namespace: string): Promise<string[]> => {
      const found = await prometheus.query(
        filledIn(replicas?.targets?.[0]?.expr ?? '', { ...variables, namespace }),
      );
      return found.map(({ value: [, value] }) => value);
    };
    expect(await count('demo')).to.deep.equal(['2']);
    expect(await count('cluster')).to.deep.equal(['1']);
  });

  it('comes with alerts that this Prometheus evaluates without an error', async () => {
    const rules = await eventually('every rule was evaluated', async () => {
      const found = await prometheus.rules();
      return found.every(({ health }) => health !== 'unknown') && found;
    });
    expect(rules.map(({ name, health, lastError }) => [name, health, lastError])).to.have.deep.members(
      [...(await readRecordedSeries()).keys(), ...(await readAlerts()).map(({ alert }) => alert)].map(
        (name) => [name, 'ok', undefined],
      ),
    );
  });

  it('has pending alerts for the tenants with faults, and for no other', async () => {
    const pending = async (name: string): Promise<string[]> => {
      const found = await prometheus.query(`ALERTS{alertname="${name}"}`);
      return found.map(({ metric }) => metric['tenant'] ?? '').toSorted();
    };
    expect(await pending('OmneoGatewayTenantNotReady'))
      .to.include('bare')
      .and.not.include('acme');
    expect(await pending('OmneoGatewayCredentialsRefused'))
      .to.include('refused')
      .and.not.include('acme');
    expect(await pending('OmneoGatewayNobodyLeads')).to.deep.equal([]);
    expect(await pending('OmneoGatewayLedgerUnreachable')).to.deep.equal([]);
    expect(await pending('OmneoGatewayLedgerConnectionsExhausted')).to.deep.equal([]);
  });
});
