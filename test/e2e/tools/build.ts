/** Builds one tool with Go, from the module whose go.mod and go.sum are checked in here. */
import { mkdir, rename } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { env } from 'node:process';
import { temporaryFolder } from '../folder.ts';
import { runOrThrow } from '../run.ts';
import type { Recipe } from './recipes.ts';

/** Builds the tool to the given path, which appears only when the whole program is there. */
export async function build(name: string, recipe: Recipe, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  // A folder of this build's own beside the path: two builders at once cost time, never a broken program.
  const workshop = await temporaryFolder(`building-${name}`, dirname(path));
  const start = performance.now();
  console.log(`building ${name} ${recipe.version} with Go (once for this user, some minutes)`);
  try {
    const finished = join(workshop.path, name);
    await go(recipe, finished);
    await rename(finished, path);
  } finally {
    await workshop.remove();
  }
  console.log(`built ${name} ${recipe.version} in ${Math.round((performance.now() - start) / 1000)} s`);
}

async function go(recipe: Recipe, path: string): Promise<void> {
  // Half of the cores and a low priority: a build must not starve what else runs on the machine.
  const parallel = Math.max(2, Math.floor(availableParallelism() / 2));
  const ldflags = ['-s', '-w', ...recipe.ldflags].join(' ');
  // Debug information is not linked in anyway, and is a fifth of what Go's build cache would keep.
  const flags = ['-p', String(parallel), '-trimpath', '-gcflags=all=-dwarf=false', '-ldflags', ldflags];
  await runOrThrow('nice', ['-n', '10', 'go', 'build', ...flags, '-o', path, recipe.package], {
    cwd: join(import.meta.dirname, recipe.module),
    env: { ...env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -buildvcs=false', GOWORK: 'off' },
    timeoutMs: 60 * 60_000,
  });
}
