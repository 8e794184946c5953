import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { type Server, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { commandsOf } from './support/markdown.ts';
import { readText, root } from './support/pages.ts';

/** A folder in which the commands work as in a clone, and what they make stays out of this one. */
async function cloneOf(dir: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (!name.startsWith('.')) await symlink(join(root, name), join(dir, name));
  }
}

type Run = { child: ChildProcess; output: () => string };

/** Runs commands until they end or, for those that stay, until they say that they listen. */
async function run(commands: string, cwd: string): Promise<Run> {
  const child = spawn('bash', ['-euc', commands], { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  await new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (/"listening"|Sandbox Omneo at/.test(output)) resolve();
      });
    }
    child.once('close', () => {
      resolve();
    });
  });
  return { child, output: () => output };
}

describe("the README's way from nothing to the first reward", () => {
  it('works as it stands', async () => {
    const commands = commandsOf(await readText('README.md'));
    const blocks = commands.get('A tenant from nothing to the first reward') ?? [];
    expect(blocks).to.have.length(4);
    const dir = await mkdtemp(join(tmpdir(), 'omneo-gateway-readme-'));
    await cloneOf(dir);
    const runs: Run[] = [];
    try {
      for (const block of blocks) runs.push(await run(block, dir));
      const last = runs.at(-1)?.output() ?? '';
      expect(last, runs.map(({ output }) => output()).join('\n---\n')).to.match(/HTTP\/1\.1 200 OK/);
      expect(last).to.contain('"status":"created"');
    } finally {
      for (const { child } of runs.filter(({ child: one }) => one.exitCode === null)) {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
        await once(child, 'close');
      }
      await rm(dir, { recursive: true });
    }
  });
});

// In this file, since both it and the way above take the ports that everybody knows.
describe('npm run demo -- --once', () => {
  const holders: Server[] = [];

  /** Holds a port, unless somebody else does already. */
  async function occupy(port: number): Promise<void> {
    const holder = createServer().listen(port, '127.0.0.1');
    holders.push(holder);
    await once(holder, 'listening').catch(() => undefined); // Then it is taken as well.
  }

  afterEach(() => {
    for (const holder of holders.splice(0)) holder.close();
  });

  it('ends with 0 on other ports when all that it likes best are taken', async () => {
    for (const port of [8080, 9090, 4010]) await occupy(port);
    const { child, output } = await run('exec npm run demo -- --once', root);
    expect(child.exitCode, output()).to.equal(0);
    expect(output()).to.contain('Every answer is as the contract says');
  });
});
