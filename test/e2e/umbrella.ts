/** A parent chart with the chart as its dependency, as platform teams wrap it. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { chartFolder } from './chart.ts';

export type Dependency = Readonly<{ alias?: string; condition?: string; tags?: readonly string[] }>;

/** Writes the parent chart into this folder, with one entry in its dependencies for each of these. */
export async function writeUmbrella(folder: string, ...dependencies: readonly Dependency[]): Promise<void> {
  await mkdir(join(folder, 'charts'), { recursive: true });
  await cp(chartFolder, join(folder, 'charts/omneo-gateway'), { recursive: true });
  const entries = dependencies.map((each) => ({ name: 'omneo-gateway', version: '*', ...each }));
  const chart = { apiVersion: 'v2', name: 'platform', version: '1.0.0', dependencies: entries };
  await writeFile(join(folder, 'Chart.yaml'), stringify(chart));
}
