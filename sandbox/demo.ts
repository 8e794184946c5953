import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { on, once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { end } from './child.ts';
import { DeliveryLines } from './deliverylines.ts';
import { isRecord } from './http.ts';
import { type Sandbox, startSandbox } from './omneo.ts';
import { type Played, differences, exitCodeOf } from './report.ts';
import { sample, sampleKlaviyoKey } from './sample.ts';
import { type HeldKindName, type Scene, afterwards, scenes, toldAfterwards } from './scenes.ts';
import { table } from './table.ts';
import { pause } from './transmit.ts';
import { withEvents } from './withevents.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const secretHeader = 'x-omneo-secret';

const heldKinds = Object.keys(afterwards) as HeldKindName[];

/** How long the demo waits for a webhook that was accepted, and for Klaviyo to be told, in milliseconds. */
const patienceMs = 30_000;

type Gateway = {
  process: ChildProcess;
  port: number;
  adminPort: number;
  consolePort: number;
  deliveries: DeliveryLines;
};
type Answer = Readonly<Record<string, string>>;
type Result = Played & { reads: string; deliveryId: string };

const { values: options } = parseArgs({ options: { once: { type: 'boolean', default: false } } });
const sandbox = await startSandbox({
  port: await freePort(4010),
  tenants: sample,
  klaviyoKeys: [sampleKlaviyoKey],
});
const folder = await mkdtemp(join(tmpdir(), 'omneo-gateway-demo-'));
const tenantsDir = await tenantsFor(sandbox, join(folder, 'tenants'));
const token = randomBytes(18).toString('base64url');
const gateway = await startGateway(tenantsDir, folder);
const results: Result[] = [];
for (const scene of scenes) results.push(await play(scene));
await untilTold();
const failures = report(results, await countsOf(gateway));
if (!options.once) await stayUp();
await stop();
process.exitCode = exitCodeOf(failures);

/** The preferred port if it is free, else another. */
async function freePort(preferred: number): Promise<number> {
  for (const port of [preferred, 0]) {
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => {
        resolve(false);
      });
      probe.listen(port, '127.0.0.1', () => {
        resolve(true);
      });
    });
    if (!isFree) continue;
    const { port: found } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    return found;
  }
  throw new Error('No port is free on the loopback address.');
}

/** The tenants of examples/, pointed at where the sandbox listens, and with their Klaviyo told how webhooks end. */
async function tenantsFor({ url }: Sandbox, dir: string): Promise<string> {
  await mkdir(dir);
  for (const { name } of sample) {
    const file = join(dir, `${name}.yaml`);
    await cp(join(root, 'examples', `${name}.yaml`), file);
    const text = (await readFile(file, 'utf8')).replaceAll('http://127.0.0.1:4010', url);
    await writeFile(file, withEvents(text, name));
  }
  return dir;
}

async function startGateway(tenants: string, dir: string): Promise<Gateway> {
  await writeFile(join(dir, 'token'), `${token}\n`);
  const env = {
    ...process.env,
    PORT: String(await freePort(8080)),
    ADMIN_PORT: String(await freePort(9090)),
    CONSOLE_PORT: String(await freePort(8090)),
    ADMIN_TOKEN_FILE: join(dir, 'token'),
    TENANTS_DIR: tenants,
    LEDGER_URL: `sqlite:${join(dir, 'ledger.db')}`,
    ALLOW_INSECURE_UPSTREAM: 'true',
    KLAVIYO_API_URL: sandbox.url,
  };
  const child = spawn(process.execPath, [join(root, 'src/main.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const deliveries = new DeliveryLines(lines);
  for await (const [line] of on(lines, 'line', { close: ['close'] }) as AsyncIterable<[string]>) {
    const {
      msg,
      port,
      admin_port: adminPort,
      console_port: consolePort,
    } = JSON.parse(line) as { msg: string; port: number; admin_port: number; console_port: number };
    if (msg !== 'listening') continue;
    return { process: child, port, adminPort, consolePort, deliveries };
  }
  throw new Error('The gateway did not start; it says why above.');
}

function urlOf(tenant: string, action = 'rewards'): string {
  return `http://127.0.0.1:${gateway.port}/${tenant}/api/v1/webhooks/klaviyo/${action}`;
}

/** Posts one webhook as Klaviyo would. */
async function play(scene: Scene): Promise<Result> {
  sandbox.setFaults(scene.faults ?? []);
  const response = await fetch(urlOf(scene.tenant, scene.action), {
    method: 'POST',
    headers: { 'content-type': 'application/json', [secretHeader]: scene.secret },
    body: JSON.stringify(scene.body),
  });
  sandbox.setFaults([]);
  const answer = (await response.json()) as Answer;
  const { ok, status } = response;
  const says = (ok ? answer['status'] : answer['code']) ?? '';
  return {
    scene,
    status,
    says,
    deliveryId: answer['delivery_id'] ?? '',
    ...(await whatBecameOf(answer, ok)),
  };
}

/** What a marketer reads of an answer; of one that says "accepted", once it is known what came of it. */
async function whatBecameOf(answer: Answer, ok: boolean): Promise<Pick<Result, 'reads' | 'becomes'>> {
  const { delivery_id: id, detail = '', matched_by: by = '' } = answer;
  const [made] = Object.entries(answer)
    .filter(isResource)
    .map(([name, number]) => `${name.replace('_id', '')} ${number}`);
  if (!ok) return { reads: detail, ...(id !== undefined && { becomes: 'parked' }) };
  if (id === undefined) return { reads: `${made ?? 'nothing'}, matched by ${by}` };
  const begun = performance.now();
  const issued = await gateway.deliveries.issued(id, patienceMs);
  if (issued === undefined) return { reads: 'nothing has come of it', becomes: 'lost' };
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  return { reads: `reward ${issued ?? ''}, ${seconds} s later`, becomes: 'issued' };
}

/** Klaviyo is told a moment later. */
async function untilTold(): Promise<void> {
  const expected = Object.values(toldAfterwards).reduce((sum, count) => sum + count, 0);
  const until = performance.now() + patienceMs;
  while (sandbox.events().length < expected && performance.now() < until) await pause(100);
}

/** As in `reward_id`. */
function isResource([name]: readonly [string, string]): boolean {
  return name.endsWith('_id') && name !== 'external_id' && name !== 'delivery_id';
}

/** Webhooks per tenant and status code, from the gateway's own metrics. */
async function countsOf({ adminPort }: Gateway): Promise<string[][]> {
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
  const line =
    /^omneo_gateway_webhook_requests_total\{tenant="([^"]+)",code="(\d+)",outcome="([^"]+)",action="([^"]+)"\} (\d+)$/gm;
  return [...text.matchAll(line)].map((match) => match.slice(1));
}

/** Prints what happened, and returns what differs from the contract. */
function report(played: Result[], counts: string[][]): string[] {
  const rows = played.map(({ scene, status, says, reads }) => [
    scene.title,
    scene.tenant,
    String(status),
    says,
    reads,
  ]);
  console.log(
    `\nWebhooks sent\n${table(['webhook', 'tenant', 'status', 'answer', 'what a marketer reads'], rows)}`,
  );
  const kept = played.filter(({ deliveryId }) => deliveryId !== '');
  const keptRows = kept.map(({ scene, deliveryId, becomes = '', says }) => [
    scene.title,
    deliveryId,
    becomes === 'parked' ? `parked: ${says}` : becomes,
  ]);
  console.log(
    `\nWebhooks that the gateway kept\n${table(['webhook', 'delivery', 'what became of it'], keptRows)}`,
  );
  const held = heldKinds.flatMap((kind) =>
    sample.flatMap(({ name }) =>
      sandbox[kind](name).map(({ id, ...row }) => [
        name,
        `${kind.replace(/s$/, '')} ${id}`,
        'handle' in row ? `${row.namespace}:${row.handle}` : (row.external_id ?? idInMeta(row.meta)),
        valueOf(row),
      ]),
    ),
  );
  console.log(`\nWhat Omneo holds\n${table(['tenant', 'what', 'external_id or name', 'value'], held)}`);
  const told = sandbox
    .events()
    .map(({ metric, identifiers, properties: { id } }) => [
      metric,
      Object.values(identifiers).join(),
      String(id),
    ]);
  console.log(`\nWhat Klaviyo was told\n${table(['metric', 'profile', 'id of the webhook'], told)}`);
  console.log(`\nWebhooks counted\n${table(['tenant', 'code', 'outcome', 'action', 'count'], counts)}`);

  const failed = differences(played, {
    held: (kind, name) => sandbox[kind](name).length,
    told: (metric) => told.filter(([name]) => name === metric).length,
  });
  for (const failure of failed) console.log(`\nNot as the contract says: ${failure}.`);
  if (failed.length === 0)
    console.log('\nEvery answer is as the contract says, and nothing was issued twice.');
  return failed;
}

async function stayUp(): Promise<void> {
  const [first] = scenes;
  if (first === undefined) return;
  const body = JSON.stringify({ ...first.body, id: 'by-hand-1' });
  console.log(`
Try one by hand:
  curl -i ${urlOf(first.tenant)} -H 'content-type: application/json' -H '${secretHeader}: ${first.secret}' -d '${body}'
Console:  http://127.0.0.1:${gateway.consolePort}/ with the token ${token}
  A webhook of nobody@example.com is parked. Find it there, add the customer to Omneo, and replay it:
  curl '${sandbox.url}/_sandbox/profiles?tenant=${first.tenant}' -d '[{"email":"nobody@example.com"}]'
Metrics:  curl http://127.0.0.1:${gateway.adminPort}/metrics
Rewards:  curl '${sandbox.url}/_sandbox/rewards?tenant=${first.tenant}'
Klaviyo:  curl ${sandbox.url}/_sandbox/events
Tenants:  edit ${tenantsDir}/*.yaml and see it change
Stop with Ctrl-C.`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), once(gateway.process, 'exit')]);
}

async function stop(): Promise<void> {
  await end(gateway.process);
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
}

/** The id of the webhook, where Omneo keeps none of its own. */
function idInMeta(meta: unknown): string {
  return isRecord(meta) && typeof meta['external_id'] === 'string' ? meta['external_id'] : '';
}

/** What something is worth, or set to; an interaction is worth nothing. */
function valueOf(row: {
  profile_id: string;
  value_initial?: number;
  value?: string | number | boolean | null;
}): string {
  return String(row.value_initial ?? row.value ?? '');
}
