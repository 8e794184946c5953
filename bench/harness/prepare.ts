/** Installs what only the bench needs, if it is missing, and builds the bundle that is measured. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const bench = join(root, 'bench');

export async function prepare(): Promise<void> {
  if (!(await exists(join(bench, 'node_modules/node-red/red.js')))) {
    // No package needs its install script here.
    await run('npm', ['ci', '--ignore-scripts', '--no-fund', '--no-audit'], bench);
  }
  await run(process.execPath, [join(root, 'scripts/build.ts')], root);
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

async function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  const child = spawn(command, args, { cwd, stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed`);
}
