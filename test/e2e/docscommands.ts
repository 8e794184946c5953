/** Runs the commands of a page as they stand there. */
import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { env } from 'node:process';
import { startProcess, type RunningProcess } from './process.ts';
import { run } from './run.ts';
import type { ToolName } from './tools/recipes.ts';
import { tool } from './tools/tool.ts';

export const root = join(import.meta.dirname, '../..');

export type Shell = {
  /** The folder in which commands run. */
  readonly clone: string;
  /** Runs a block to its end, or until it listens if it stays; resolves with what it said, and throws if it failed. */
  run(commands: string): Promise<string>;
  /** Ends what stays. */
  stop(): Promise<void>;
};

const stays = /npm (start|run sandbox)/;

/** A shell in a folder that looks like a clone, for somebody whose kubectl and helm lead to this cluster. */
export async function openShell(
  folder: string,
  kubeconfig: string,
  tools: readonly ToolName[] = ['kubectl'],
): Promise<Shell> {
  const clone = join(folder, 'clone');
  const bin = join(folder, 'bin');
  await Promise.all([mkdir(clone), mkdir(bin)]);
  for (const name of tools) await symlink(await tool(name), join(bin, name));
  for (const name of await readdir(root)) {
    if (!name.startsWith('.')) await symlink(join(root, name), join(clone, name));
  }
  const options = {
    cwd: clone,
    env: { HOME: folder, KUBECONFIG: kubeconfig, PATH: `${bin}:${env['PATH'] ?? ''}` },
  };
  const staying: RunningProcess[] = [];
  return {
    clone,
    async run(commands) {
      const args = ['-euo', 'pipefail', '-c', commands];
      if (stays.test(commands)) {
        const ready = /"msg":"listening"|Sandbox Omneo at/;
        const log = join(folder, `staying-${staying.length}.log`);
        staying.push(await startProcess({ command: 'bash', args, ready, log, ...options }));
        return '';
      }
      const { stdout, stderr, code } = await run('bash', args, options);
      if (code !== 0) throw new Error(`${commands}ended with ${code}:\n${stdout}${stderr}`);
      return stdout;
    },
    async stop() {
      await Promise.all(staying.map((process) => process.stop()));
    },
  };
}
