/** Installs one Python program, with every package in the version that a list beside this file says. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { temporaryFolder } from '../folder.ts';
import { runOrThrow } from '../run.ts';

/** A program that pip installs. */
export type PythonRecipe = {
  readonly version: string;
  /** Arguments that make the program say its version. */
  readonly asks: readonly string[];
  /** What it then says, if it is near enough: the same minor version. */
  readonly says: RegExp;
  /** What `python -m` runs. */
  readonly module: string;
  /** What pip installs, below this folder. */
  readonly requirements: string;
};

/** Installs the program to the given path, which appears only when all of it is there: a script that runs it. */
export async function installPython(name: string, recipe: PythonRecipe, path: string): Promise<void> {
  const start = performance.now();
  console.log(`installing ${name} ${recipe.version} with pip (once for this user)`);
  await mkdir(dirname(path), { recursive: true });
  const workshop = await temporaryFolder(`installing-${name}`, dirname(path));
  try {
    // Two at once make one each, and the script that comes last names its own.
    const environment = join(dirname(path), `${basename(path)}-${basename(workshop.path)}`);
    await environmentOf(recipe, environment);
    const script = join(workshop.path, name);
    const text = `#!/bin/sh\nexec '${join(environment, 'bin/python')}' -m ${recipe.module} "$@"\n`;
    await writeFile(script, text, { mode: 0o755 });
    await rename(script, path);
  } finally {
    await workshop.remove();
  }
  console.log(`installed ${name} ${recipe.version} in ${Math.round((performance.now() - start) / 1000)} s`);
}

async function environmentOf({ requirements }: PythonRecipe, path: string): Promise<void> {
  const timeoutMs = 10 * 60_000;
  await runOrThrow('nice', ['-n', '10', 'python3', '-m', 'venv', path], { timeoutMs });
  const list = join(import.meta.dirname, requirements);
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-input'];
  const install = ['-m', 'pip', 'install', ...quiet, '--requirement', list];
  await runOrThrow('nice', ['-n', '10', join(path, 'bin/python'), ...install], { timeoutMs });
}
