/** A real redis-server or valkey-server of a test's own, on a free port, in a temporary folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { env } from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'mocha';

export type ServerName = 'redis-server' | 'valkey-server';

/** The path of a server, or undefined when it is not on PATH. */
export async function findServer(name: ServerName): Promise<string | undefined> {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name);
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      continue; // Not in this folder.
    }
  }
  return undefined;
}

/** For a suite's `before`: skips it, and says so below the run's summary, when the server is not installed. */
export async function needServer(suite: Context, name: ServerName): Promise<string> {
  const path = await findServer(name);
  if (path !== undefined) return path;
  const reason = `${name} is not on PATH, so the shared ledger was not tested on it.`;
  if (env['CI'] === 'true' && name === 'redis-server') throw new Error(reason);
  process.once('exit', () => {
    console.log(`SKIPPED: ${reason}`);
  });
  return suite.skip();
}

/** One server, which can be stopped, killed, frozen and started again on its port. */
export class Server {
  readonly port: number;
  readonly #path: string;
  readonly #folder: string;
  #child: ChildProcess;

  private constructor(path: string, folder: string, port: number, child: ChildProcess) {
    this.#path = path;
    this.#folder = folder;
    this.port = port;
    this.#child = child;
  }

  static async start(path: string, args: readonly string[] = []): Promise<Server> {
    const folder = await mkdtemp(join(tmpdir(), 'omneo-gateway-ledger-'));
    for (let attempt = 1; ; attempt++) {
      // Below the ports that the kernel gives to outgoing connections, which could take it during a restart.
      const port = 20_000 + Math.floor(Math.random() * 11_000);
      try {
        const child = await launch(path, serve(folder, port, args));
        return new Server(path, folder, port, child);
      } catch (error) {
        if (attempt === 5) throw error;
      }
    }
  }

  /** Starts a sentinel with such lines in its file, which it writes to. */
  static async startSentinel(path: string, config: readonly string[]): Promise<Server> {
    const folder = await mkdtemp(join(tmpdir(), 'omneo-gateway-sentinel-'));
    const port = 20_000 + Math.floor(Math.random() * 11_000);
    const file = join(folder, 'sentinel.conf');
    await writeFile(file, [`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`, ...config, ''].join('\n'));
    return new Server(path, folder, port, await launch(path, [file, '--sentinel']));
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }

  /** Starts it again after kill(); with what it had written to its files, if it has any. */
  async revive(args: readonly string[] = []): Promise<void> {
    this.#child = await launch(this.#path, serve(this.#folder, this.port, args));
  }

  async remove(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.kill();
    await rm(this.#folder, { recursive: true });
  }
}

function serve(folder: string, port: number, args: readonly string[]): readonly string[] {
  return ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...args];
}

async function launch(path: string, args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  // Not even a test run that is killed by its time limit leaves it behind.
  const end = (): boolean => child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  const lines: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      if (
        /Ready to accept connections|Cluster state changed: ok|MASTER <-> REPLICA sync|\+monitor/.test(line)
      )
        resolve();
    });
    child.once('exit', () => {
      reject(new Error(`${path} did not start:\n${lines.slice(-10).join('\n')}`));
    });
  });
  return child;
}

/** Asks until the answer is true; fails after `timeoutMs`. A question that throws counts as not yet. */
export async function eventually(
  what: string,
  ask: () => Promise<boolean>,
  timeoutMs = 10_000,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  let last: unknown;
  while (performance.now() < end) {
    try {
      if (await ask()) return;
    } catch (error) {
      last = error;
    }
    await sleep(20);
  }
  throw new Error(`${what}: not within ${timeoutMs} ms`, { cause: last });
}
