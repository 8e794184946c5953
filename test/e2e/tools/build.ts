/** Builds one tool with Go, from the module whose go.mod and go.sum are checked in here. */
import { mkdir, rename, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { env, pid } from 'node:process';
import { runOrThrow } from '../run.ts';
import type { Recipe } from './recipes.ts';

/** Builds the tool to the given path, which appears only when the whole program is there. */
export async function build(name: string, recipe: Recipe, path: string): Promise<void> {
  // A name of this process's own, renamed at the end: two builders at once cost time, never a broken program.
  const unfinished = `${path}.${pid}.unfinished`;
  await mkdir(dirname(path), { recursive: true });
  const start = performance.now();
  console.log(`building ${name} ${recipe.version} with Go (once for this user, some minutes)`);
  try {
    await go(recipe, unfinished);
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
  console.log(`built ${name} ${recipe.version} in ${Math.round((performance.now() - start) / 1000)} s`);
}

async function go(recipe: Recipe, path: string): Promise<void> {
  // Half of the cores and a low priority: a build must not starve what else runs on the machine.
  const parallel = Math.max(2, Math.floor(availableParallelism() / 2));
  const ldflags = ['-s', '-w', ...recipe.ldflags].join(' ');
  const args = [
    'build',
    '-p',
    String(parallel),
    '-trimpath',
    '-ldflags',
    ldflags,
    '-o',
    path,
    recipe.package,
  ];
  await runOrThrow('nice', ['-n', '10', 'go', ...args], {
    cwd: join(import.meta.dirname, recipe.module),
    env: { ...env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -buildvcs=false', GOWORK: 'off' },
    timeoutMs: 60 * 60_000,
  });
}
