/** Programs that start and then do nothing: how long that takes, and what they hold. None has the probe in it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../test/e2e/ports.ts';
import { onMeasuredCore } from './cores.ts';
import { bundle, flags } from './programs.ts';
import { isOpen } from './subject.ts';

type Environment = Readonly<Record<string, string>>;

export type Started = Readonly<{
  /** Milliseconds until its port is open. */
  ms: number;
  /** Milliseconds until it says that it listens, which with a folder is when the tenants are served too. */
  saidMs: number;
  /** In MB, after it has rested. */
  rss: number;
}>;

/** Starts the bundle, as the image starts it, and lets it rest for so many milliseconds. */
export async function startBundle(env: Environment, idleMs: number): Promise<Started> {
  const port = await freePort();
  const all = {
    PORT: String(port),
    ADMIN_PORT: '0',
    CONSOLE_PORT: '0',
    ALLOW_INSECURE_UPSTREAM: 'true',
    ...env,
  };
  const begun = performance.now();
  return withProgram([...flags, bundle], all, async (child) => {
    const saysSo = said(child);
    await untilOpen(port);
    const ms = performance.now() - begun;
    await saysSo;
    const saidMs = performance.now() - begun;
    return { ms, saidMs, rss: await rssAfter(child, idleMs) };
  });
}

/** What no gateway on Node can do without: a server, the client, and a date in a time zone. */
const bareProgram = `
  const { createServer } = require('node:http');
  const { Agent } = require('undici');
  globalThis.kept = [new Agent(), new Intl.DateTimeFormat('en', { timeZone: 'Australia/Melbourne' }).format(0)];
  createServer(() => undefined).listen(0, '127.0.0.1');
`;

/** What a program with the same parts of Node holds when it does nothing any more, in MB. */
export function bareRss(idleMs: number): Promise<number> {
  return idleRss(bareProgram, idleMs);
}

/** What an empty program holds, in MB. */
export function emptyRss(idleMs: number): Promise<number> {
  return idleRss('', idleMs);
}

/** Milliseconds of an empty program from start to end. */
export async function emptyMs(): Promise<number> {
  const begun = performance.now();
  const [command, args] = onMeasuredCore([...flags, '--eval', '0']);
  await once(spawn(command, args, { stdio: 'ignore' }), 'exit');
  return performance.now() - begun;
}

function idleRss(program: string, idleMs: number): Promise<number> {
  const words = ['--input-type=commonjs', '--eval', `${program}; setInterval(() => undefined, 60_000);`];
  return withProgram([...flags, ...words], {}, (child) => rssAfter(child, idleMs + 500));
}

async function withProgram<T>(
  words: readonly string[],
  env: Environment,
  work: (child: ChildProcess) => Promise<T>,
): Promise<T> {
  const [command, args] = onMeasuredCore(words);
  const child = spawn(command, args, {
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  try {
    return await work(child);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

async function rssAfter({ pid }: ChildProcess, idleMs: number): Promise<number> {
  await sleep(idleMs);
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  return (Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024) / 1e6;
}

async function said({ stdout }: ChildProcess): Promise<void> {
  if (stdout === null) throw new Error('standard output is not a pipe');
  for await (const line of createInterface({ input: stdout })) if (line.includes('"msg":"listening"')) return;
  throw new Error('the bundle ended before it listened');
}

/** Asks as fast as can be; a refused connection on loopback costs next to nothing. */
async function untilOpen(port: number): Promise<void> {
  while (!(await isOpen(port))) await sleep(1);
}
