import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { end } from '../../sandbox/child.ts';
import type { Journey } from './recorder.ts';

/** A gateway whose calls are recorded. */
export type Gateway = Readonly<{
  /** The port for webhooks. */
  port: number;
  /** Records what is called from the beginning of `act` until everything that follows from it is over. */
  record: (act: () => Promise<void>) => Promise<Journey>;
  stop: () => Promise<void>;
}>;

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const hook = new URL('hook.ts', import.meta.url).href;

/**
 * Starts src/main.ts with these settings, instrumented, in a process of its own: what runs on the other side of a
 * connection has no part in what is recorded.
 *
 * @throws Error if it ends before it listens
 */
export async function startGateway(settings: Readonly<Record<string, string>>): Promise<Gateway> {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, ['--import', hook, main], {
    env: { PATH, PORT: '0', ADMIN_PORT: '0', CONSOLE_PORT: '0', ...settings },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const ended = new AbortController();
  child.once('exit', () => {
    ended.abort();
  });
  const ask = async (order: 'begin' | 'end'): Promise<unknown> => {
    child.send(order);
    const [answer] = (await once(child, 'message', { signal: ended.signal })) as [unknown];
    return answer;
  };
  return {
    port: await listening(child.stdout),
    record: async (act) => {
      await ask('begin');
      await act();
      return (await ask('end')) as Journey;
    },
    stop: () => end(child),
  };
}

async function listening(stdout: Readable | null): Promise<number> {
  for await (const line of stdout === null ? [] : createInterface({ input: stdout })) {
    const { msg, port } = JSON.parse(line) as { msg: string; port: number };
    if (msg !== 'listening') continue;
    // The rest is read too, or the pipe would fill up.
    stdout?.resume();
    return port;
  }
  throw new Error('the gateway ended before it was listening');
}
