/** A real redis-server that forgets nothing: every change is on disk before it is answered. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { onFreePort } from '../e2e/ports.ts';
import { type RunningProcess, startProcess } from '../e2e/process.ts';
import { tool } from '../e2e/tools/tool.ts';

export type Redis = Readonly<{
  port: number;
  /** Kills it and, after so many milliseconds, starts it from its append-only file. */
  kill: (awayMs: number) => Promise<void>;
  /** As `kill`, with a shutdown in good order. */
  restart: (awayMs: number) => Promise<void>;
  /** As `kill`, and its file is lost. */
  wipe: (awayMs: number) => Promise<void>;
  /** Stops its clock, not its connections. */
  freeze: (forMs: number) => Promise<void>;
  stop: () => Promise<void>;
}>;

/** Starts one on a free port; its file lies in the folder. */
export async function startRedis(folder: string, pause: (ms: number) => Promise<void>): Promise<Redis> {
  const dir = join(folder, 'redis');
  await mkdir(dir, { recursive: true });
  const command = await tool('redis-server');
  const start = (port: number) => launch(command, { dir, port, log: join(folder, 'redis.log') });
  const first = await onFreePort(async (port) => ({ port, server: await start(port) }));
  const { port } = first;
  let { server } = first;
  const again = async (awayMs: number) => {
    await server.exited;
    await pause(awayMs);
    server = await start(port);
  };
  return {
    port,
    kill: (awayMs) => {
      server.signal('SIGKILL');
      return again(awayMs);
    },
    restart: (awayMs) => {
      server.signal('SIGTERM');
      return again(awayMs);
    },
    wipe: async (awayMs) => {
      server.signal('SIGKILL');
      await server.exited;
      await rm(join(dir, 'appendonlydir'), { recursive: true, force: true });
      await again(awayMs);
    },
    freeze: async (forMs) => {
      server.signal('SIGSTOP');
      await pause(forMs);
      server.signal('SIGCONT');
    },
    stop: async () => {
      await server.stop();
    },
  };
}

function launch(
  command: string,
  { dir, port, log }: { dir: string; port: number; log: string },
): Promise<RunningProcess> {
  const settings = { port, dir, bind: '127.0.0.1', save: '', appendonly: 'yes', appendfsync: 'always' };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return startProcess({ command, args, ready: /Ready to accept connections/, log });
}
