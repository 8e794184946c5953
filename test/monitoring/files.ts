/** The dashboard and the alerts of the chart, as the tests read them. */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

const root = new URL('../../', import.meta.url);
const files = new URL('charts/omneo-gateway/files/', root);

export const rulesFile = new URL('rules/omneo-gateway.yaml', files);
export const ruleCasesFiles = ['omneo-gateway', 'issuedamount'].map(
  (name) => new URL(`test/monitoring/${name}.rules.yaml`, root),
);
export const runbooksFile = new URL('docs/runbooks.md', root);
export const dashboardFile = new URL('dashboards/omneo-gateway.json', files);

export type Alert = Readonly<{
  alert: string;
  expr: string;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
}>;

type RecordedSeries = Readonly<{ record: string; expr: string }>;

async function readRules(): Promise<readonly (Alert | RecordedSeries)[]> {
  const { groups } = parse(await readFile(rulesFile, 'utf8')) as {
    groups: { rules: (Alert | RecordedSeries)[] }[];
  };
  return groups.flatMap(({ rules }) => rules);
}

/** The alerts of the chart. */
export async function readAlerts(): Promise<readonly Alert[]> {
  return (await readRules()).filter((rule) => 'alert' in rule);
}

/** The series that the chart has Prometheus record for its alerts: an expression by each name. */
export async function readRecordedSeries(): Promise<ReadonlyMap<string, string>> {
  const rules = (await readRules()).filter((rule) => 'record' in rule);
  return new Map(rules.map(({ record, expr }) => [record, expr]));
}

export type DashboardPanel = Readonly<{
  type: string;
  title: string;
  description?: string;
  gridPos: Readonly<{ x: number; w: number }>;
  /** None on the heading of a row. */
  targets?: readonly Readonly<{ expr: string }>[];
}>;

export type Dashboard = Readonly<{
  uid: string;
  templating: Readonly<{ list: readonly Readonly<{ name: string; query: string }>[] }>;
  panels: readonly DashboardPanel[];
}>;

/** The dashboard of the chart. */
export async function readDashboard(): Promise<Dashboard> {
  return JSON.parse(await readFile(dashboardFile, 'utf8')) as Dashboard;
}

/** The panels that show something. */
export function chartsOf({ panels }: Dashboard): readonly DashboardPanel[] {
  return panels.filter(({ type }) => type !== 'row');
}

/** Names of metrics in an expression, those of a histogram's parts as the histogram's own. */
export function metricsIn(expr: string): readonly string[] {
  const names = expr.match(/\b(?:omneo_gateway|process|nodejs)_\w+/g) ?? [];
  return names.map((name) => name.replace(/_(?:bucket|sum|count)$/, ''));
}
