/** Looks for a program where people keep programs, before anything is built. */
import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { env } from 'node:process';
import { run } from '../run.ts';
import type { Recipe } from './recipes.ts';

/** The program's path, if it lies in one of the folders and may be run. */
export async function findIn(folders: readonly string[], name: string): Promise<string | undefined> {
  for (const folder of folders) {
    const path = join(folder, name);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

/** The program's path, if one on PATH says that it has the minor version the recipe wants. */
export async function findOnPath(
  name: string,
  recipe?: Pick<Recipe, 'asks' | 'says'>,
): Promise<string | undefined> {
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter(Boolean)) {
    const path = await findIn([folder], name);
    if (path && (!recipe || recipe.says.test(await output(path, recipe.asks)))) return path;
  }
  return undefined;
}

/** The folder that keeps what was built, for every checkout of this user. */
export function cacheFolder(): string {
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'omneo-gateway', 'tools');
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

// A program that cannot even be started (another architecture, a stub) is not the one we look for.
async function output(path: string, args: readonly string[]): Promise<string> {
  return run(path, args, { timeoutMs: 10_000 }).then(
    ({ stdout, stderr }) => stdout + stderr,
    () => '',
  );
}
