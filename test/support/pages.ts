/** The pages of the repository, and where their links lead. */
import { readFile } from 'node:fs/promises';
import { globSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { anchorsOf, linksOf } from './markdown.ts';

/** The folder of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The text of a file by its path below the repository. */
export function readText(path: string): Promise<string> {
  return readFile(`${root}/${path}`, 'utf8');
}

/** Every page that people read, by its path below the repository. */
export async function readPages(): Promise<ReadonlyMap<string, string>> {
  const paths = globSync(['*.md', 'docs/**/*.md', 'charts/*/*.md'], { cwd: root }).sort();
  return new Map(await Promise.all(paths.map(async (path) => [path, await readText(path)] as const)));
}

/** Every link between files that leads nowhere, as `page: target`. */
export function brokenLinks(pages: ReadonlyMap<string, string>, exists: (path: string) => boolean): string[] {
  const leads = (page: string, target: string): boolean => {
    const [file = '', anchor] = target.split('#');
    const path = file === '' ? page : posix.join(posix.dirname(page), file);
    if (path.startsWith('..') || !(pages.has(path) || exists(path))) return false;
    return anchor === undefined || anchorsOf(pages.get(path) ?? '').includes(anchor);
  };
  return [...pages].flatMap(([page, markdown]) =>
    linksOf(markdown)
      .filter((target) => !/^(https?|mailto):/.test(target) && !leads(page, target))
      .map((target) => `${page}: ${target}`),
  );
}
