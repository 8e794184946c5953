/**
 * Runs the image's root file system for scripts/image.sh: as its user, by its entry point, against the sandbox Omneo,
 * with the tenants of the demo. Prints when it was ready, what a webhook gets, its memory, that its command line runs, and
 * how it stops.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { startSandbox } from '../sandbox/omneo.ts';
import { sample } from '../sandbox/sample.ts';

type ImageConfig = Readonly<{ User: string; Entrypoint: readonly string[]; Env: readonly string[] }>;

const [root = '', configText = ''] = process.argv.slice(2);
const config = JSON.parse(configText) as ImageConfig;
const webhooks = 500;

const sandbox = await startSandbox({ tenants: sample, port: 4010 });
const began = performance.now();
const inImage = [`--userspec=${config.User}`, '--groups=', root];
const child = spawn('/usr/sbin/chroot', [...inImage, ...config.Entrypoint], {
  env: {
    ...Object.fromEntries(config.Env.map((each) => each.split(/=(.*)/s).slice(0, 2) as [string, string])),
    TENANTS_DIR: '/etc/omneo-gateway/tenants',
    ALLOW_INSECURE_UPSTREAM: 'true',
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const { port, admin_port: adminPort } = await listening();
const listeningAfter = performance.now() - began;
await ready();
const readyAfter = performance.now() - began;
const rssAtStart = await residentMiB();
for (let count = 0; count < webhooks; count += 1) await reward(`image-${count}`);
const rssAfterwards = await residentMiB();
const { stdout: version } = await promisify(execFile)('/usr/sbin/chroot', [
  ...inImage,
  '/usr/local/bin/omneo-gateway',
  '--version',
]);
child.kill('SIGTERM');
const [code] = (await once(child, 'exit')) as [number | null];
await sandbox.close();

console.log(`listening after ${listeningAfter.toFixed(0)} ms, ready after ${readyAfter.toFixed(0)} ms`);
console.log(`RSS ${rssAtStart} MiB when ready, ${rssAfterwards} MiB after ${webhooks} rewards`);
console.log(`omneo-gateway --version says ${version.trim()}`);
console.log(`user ${config.User}, read-only root, exit code ${String(code)} after SIGTERM`);
process.exitCode = code === 0 ? 0 : 1;

async function listening(): Promise<{ port: number; admin_port: number }> {
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.includes('"listening"')) continue;
    // The rest is read too, or the pipe would fill up.
    child.stdout.resume();
    return JSON.parse(line) as { port: number; admin_port: number };
  }
  throw new Error('the image ended before it was listening');
}

async function ready(): Promise<void> {
  while ((await fetch(`http://127.0.0.1:${adminPort}/readyz`)).status !== 200) continue;
}

async function reward(id: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/acme/api/v1/webhooks/klaviyo/rewards`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'x-omneo-secret': 'acme-webhook-secret-change-me' },
    body: JSON.stringify({
      id,
      person_id: '01ACMEADA',
      email: 'ada@example.com',
      data: { reward_definition_id: 42, amount: 10 },
    }),
  });
  const answer = await response.text();
  if (response.status !== 200) throw new Error(`a webhook got ${response.status}: ${answer}`);
}

async function residentMiB(): Promise<number> {
  const status = await readFile(`/proc/${String(child.pid)}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
}
