/** The chart as helm renders and installs it. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { run, type Outcome } from './run.ts';
import { tool } from './tools/tool.ts';

export const chartFolder = join(import.meta.dirname, '../../charts/omneo-gateway');

export type Values = Readonly<Record<string, unknown>>;

export type Manifest = Readonly<{
  apiVersion: string;
  kind: string;
  metadata: Readonly<{ name: string; namespace?: string; [field: string]: unknown }>;
  [field: string]: unknown;
}>;

export type Rendering = Readonly<{
  values?: Values;
  release?: string;
  namespace?: string;
  /** What the cluster knows beside Kubernetes' own, such as `monitoring.coreos.com/v1/PodMonitor`. */
  apis?: readonly string[];
  chart?: string;
}>;

/** Whether it is the ConfigMap of a dashboard. */
export function isDashboard({ kind, metadata }: Manifest): boolean {
  return kind === 'ConfigMap' && at(metadata, 'labels.grafana_dashboard') !== undefined;
}

/** Runs helm with values on its standard input (`--values -`); a failure is an outcome, not an exception. */
export async function helm(
  args: readonly string[],
  { values = {}, home, kubeconfig }: { values?: Values; home?: string; kubeconfig?: string } = {},
): Promise<Outcome> {
  return run(await tool('helm'), args, {
    input: JSON.stringify(values),
    env: { HOME: home, ...(kubeconfig !== undefined && { KUBECONFIG: kubeconfig }) },
  });
}

/** `helm template`, as an outcome. */
export function template({
  values = {},
  release = 'gw',
  namespace = 'loyalty',
  apis = [],
  chart = chartFolder,
}: Rendering = {}): Promise<Outcome> {
  const known = apis.map((api) => `--api-versions=${api}`);
  return helm(['template', release, chart, `--namespace=${namespace}`, '--values=-', ...known], { values });
}

/** The objects that a release would have, its hooks among them. */
export async function render(rendering: Rendering = {}): Promise<readonly Manifest[]> {
  const { code, stdout, stderr } = await template(rendering);
  if (code !== 0) throw new Error(`helm template: ${stderr}`);
  return manifestsOf(stdout);
}

/** The objects of a YAML stream. */
export function manifestsOf(text: string): readonly Manifest[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
}

/** The text of every file in ci/, by its name without the ending. */
export async function ciValues(): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(join(chartFolder, 'ci'));
  const entries = names.map(
    async (name) =>
      [name.replace('-values.yaml', ''), await readFile(join(chartFolder, 'ci', name), 'utf8')] as const,
  );
  return new Map(await Promise.all(entries));
}

/** What lies at a path such as `spec.template.spec.containers.0.env`; `[name=PORT]` chooses from a list. */
export function at(tree: unknown, path: string): unknown {
  return path.split(/\.(?![^[]*\])/).reduce<unknown>((part, step) => {
    const [, field, wanted] = /^\[(\w+)=(.*)\]$/.exec(step) ?? [];
    if (field !== undefined && Array.isArray(part)) return part.find((item) => at(item, field) === wanted);
    return typeof part === 'object' && part !== null
      ? (part as Record<string, unknown>)[step.replaceAll('~', '.')]
      : undefined;
  }, tree);
}
