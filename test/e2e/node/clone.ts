/** The chart as somebody has it who cloned the project a while ago, and pulls later. */
import { cp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chartFolder } from '../chart.ts';

/** Makes the chart of a clone an older one: of another version, and with a CRD that lacks a column and a field. */
export async function makeOlder(clone: string): Promise<void> {
  const charts = join(clone, 'charts');
  await rm(charts);
  await cp(join(chartFolder, '..'), charts, { recursive: true });
  const edit = async (name: string, change: (text: string) => string): Promise<void> => {
    const file = join(charts, 'omneo-gateway', name);
    const text = await readFile(file, 'utf8');
    const changed = change(text);
    if (changed === text) throw new Error(`${name} is not what it was`);
    await writeFile(file, changed);
  };
  await edit('Chart.yaml', (text) => text.replaceAll(/^(version|appVersion): .*$/gm, '$1: "0.0.9"'));
  await edit('templates/crd.yaml', (text) => without(without(text, '- name: Path'), 'expiresAfter:'));
}

/** Brings the chart of the clone to what it is now. */
export async function pull(clone: string): Promise<void> {
  const charts = join(clone, 'charts');
  await rm(charts, { recursive: true });
  await symlink(join(chartFolder, '..'), charts);
}

/** The YAML without the line that begins so, and without what belongs to it. */
function without(text: string, beginning: string): string {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.trimStart().startsWith(beginning));
  if (start < 0) throw new Error(`no line begins with ${beginning}`);
  const depth = (line = ''): number => line.length - line.trimStart().length;
  const length = lines.slice(start + 1).findIndex((line) => depth(line) <= depth(lines[start]));
  return lines.toSpliced(start, length + 1).join('\n');
}
