/** How fast the bundle starts, and how much memory it holds when nothing happens. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { rootCertificates } from 'node:tls';
import { bundle, flags } from '../harness/programs.ts';
import type { Figure } from '../harness/setting.ts';
import { median, spread, told } from '../harness/stats.ts';
import { isOpen } from '../harness/subject.ts';
import { writeTenants } from '../harness/tenants.ts';
import { writeKubeconfig } from '../../test/e2e/kubeconfig.ts';
import { freePort } from '../../test/e2e/ports.ts';

type Started = Readonly<{ ms: number; saidMs: number; rss: number }>;

type Way = Readonly<{ words: string; env: Readonly<Record<string, string>> }>;

export const start: Figure = async ({ quick, folder, upstream, say }) => {
  const dir = join(folder, 'start-tenants');
  await writeTenants(dir, 1, () => upstream.base());
  const kubeconfig = join(folder, 'start.kubeconfig');
  // Nobody is there: it listens all the same, and goes on asking.
  const caFile = join(folder, 'start.ca');
  await writeFile(caFile, rootCertificates[0] ?? '');
  await writeKubeconfig(kubeconfig, { server: 'https://127.0.0.1:1', caFile, token: 'none' });
  const ways: readonly Way[] = [
    { words: 'a folder', env: { TENANTS_DIR: dir } },
    { words: 'Kubernetes', env: { KUBECONFIG: kubeconfig, POD_NAMESPACE: 'gateway' } },
  ];
  const found = ways.map(({ words }) => ({
    words,
    ms: [] as number[],
    saidMs: [] as number[],
    rss: [] as number[],
  }));
  for (let round = 0; round < (quick ? 1 : 9); round++) {
    for (const [index, { env }] of ways.entries()) {
      const { ms, saidMs, rss } = await startOnce(env, quick ? 100 : 2000);
      found[index]?.ms.push(ms);
      found[index]?.saidMs.push(saidMs);
      found[index]?.rss.push(rss);
    }
  }
  say(`  an empty Node program: ${median(await emptyStarts(quick ? 1 : 9)).toFixed(0)} ms from start to end`);
  const idleMs = quick ? 100 : 2000;
  const [empty, bare] = [await idleRss('', idleMs), await idleRss(bareProgram, idleMs)];
  say(
    `  RSS of an empty Node program: ${empty.toFixed(0)} MB; of a bare one for HTTP: ${bare.toFixed(0)} MB`,
  );
  for (const { words, saidMs } of found)
    say(`  tenants from ${words}: says that it listens after ${told(spread(saidMs), 0)} ms`);
  return found.flatMap(({ words, ms, rss }) => [
    {
      figure: `bundle: start to listening, tenants from ${words}`,
      target: '≤ 250 ms',
      measured: `${told(spread(ms), 0)} ms`,
      held: median(ms) <= 250,
    },
    {
      figure: `bundle: RSS idle, tenants from ${words}`,
      target: '≤ 80 MB',
      measured: `${told(spread(rss), 0)} MB`,
      held: median(rss) <= 80,
    },
  ]);
};

async function startOnce(env: Way['env'], idleMs: number): Promise<Started> {
  const port = await freePort();
  const begun = performance.now();
  const child = spawn(process.execPath, [...flags, bundle], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      PORT: String(port),
      ADMIN_PORT: '0',
      CONSOLE_PORT: '0',
      ALLOW_INSECURE_UPSTREAM: 'true',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const saysSo = said(child);
    await untilOpen(port);
    const ms = performance.now() - begun;
    await saysSo;
    const saidMs = performance.now() - begun;
    await sleep(idleMs);
    return { ms, saidMs, rss: await rssOf(child) };
  } finally {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}

/** What no gateway on Node can do without: a server, the client, and a date in a time zone. */
const bareProgram = `
  const { createServer } = require('node:http');
  const { Agent } = require('undici');
  globalThis.kept = [new Agent(), new Intl.DateTimeFormat('en', { timeZone: 'Australia/Melbourne' }).format(0)];
  createServer(() => undefined).listen(0, '127.0.0.1');
`;

/** What a program holds when it does nothing any more, in MB. */
async function idleRss(program: string, idleMs: number): Promise<number> {
  const words = ['--input-type=commonjs', '--eval', `${program}; setInterval(() => undefined, 60_000);`];
  const child = spawn(process.execPath, words, { stdio: 'ignore' });
  try {
    await sleep(idleMs + 500);
    return await rssOf(child);
  } finally {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}

async function rssOf({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  return (Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024) / 1e6;
}

/** It says so when the tenants of a folder are served too. */
async function said({ stdout }: ChildProcess): Promise<void> {
  if (stdout === null) throw new Error('standard output is not a pipe');
  for await (const line of createInterface({ input: stdout })) if (line.includes('"msg":"listening"')) return;
  throw new Error('the bundle ended before it listened');
}

/** Asks as fast as can be; a refused connection on loopback costs next to nothing. */
async function untilOpen(port: number): Promise<void> {
  while (!(await isOpen(port))) await sleep(1);
}

/** What of it is Node's own. */
async function emptyStarts(count: number): Promise<number[]> {
  const found: number[] = [];
  for (let each = 0; each < count; each++) {
    const begun = performance.now();
    await once(spawn(process.execPath, ['--eval', '0'], { stdio: 'ignore' }), 'exit');
    found.push(performance.now() - begun);
  }
  return found;
}
