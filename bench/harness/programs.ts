/** The programs that are measured, ready to be started. */
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { flow, settings } from '../baselines/nodered.ts';
import { secretOf } from '../load/job.ts';
import type { Program } from './subject.ts';
import { type DeliveryMode, writeTenants } from './tenants.ts';

const root = join(import.meta.dirname, '../..');
const bench = join(root, 'bench');

/** The gateway as it is shipped. */
export const bundle = join(root, 'dist/main.js');

/** How the image starts Node. */
export const flags: readonly string[] = entrypoint().slice(1, -1);

export type GatewayOptions = Readonly<{
  name: string;
  /** Where its tenants and its log are written. */
  folder: string;
  tenants: number;
  baseOf: (tenant: number) => string;
  env?: Readonly<Record<string, string>>;
  /** `spec.delivery.mode` of its tenants; by default they do not say. */
  mode?: DeliveryMode;
  /** What is run, with the arguments before it; by default the bundle as the image starts it. */
  args?: readonly string[];
}>;

/** A gateway on a folder of tenants; writes the folder. */
export async function gateway(options: GatewayOptions): Promise<Program> {
  const { name, folder, tenants, baseOf, env = {}, mode, args = [...flags, bundle] } = options;
  const dir = join(folder, `${name}-tenants`);
  await writeTenants(dir, tenants, baseOf, mode);
  return {
    name,
    args,
    env: { TENANTS_DIR: dir, ALLOW_INSECURE_UPSTREAM: 'true', ...env },
    log: join(folder, `${name}.log`),
    saysReady: true,
  };
}

export type Baseline = 'raw' | 'fastify' | 'koa' | 'koa-undici' | 'node-red';

export async function baseline(name: Baseline, folder: string, upstream: string): Promise<Program> {
  const env = { UPSTREAM: upstream, WEBHOOK_SECRET: secretOf(0) };
  const log = join(folder, `${name}.log`);
  if (name === 'node-red') return nodeRed(folder, env, log);
  const file = name === 'koa-undici' ? 'koa' : name;
  const client = name === 'koa-undici' ? 'undici' : 'fetch';
  return { name, args: [join(bench, `baselines/${file}.ts`)], env: { ...env, CLIENT: client }, log };
}

async function nodeRed(folder: string, env: Record<string, string>, log: string): Promise<Program> {
  const home = join(folder, 'node-red');
  await mkdir(home);
  await writeFile(join(home, 'flows.json'), JSON.stringify(flow));
  await writeFile(
    join(home, 'settings.js'),
    `module.exports = { ...${JSON.stringify(settings)}, uiPort: Number(process.env.PORT) };`,
  );
  const red = join(bench, 'node_modules/node-red/red.js');
  return { name: 'node-red', args: [red, '--userDir', home], env: { ...env, HOME: home }, log };
}

function entrypoint(): string[] {
  const [, words = '[]'] = /^ENTRYPOINT (.*)$/m.exec(readFileSync(join(root, 'Dockerfile'), 'utf8')) ?? [];
  return JSON.parse(words) as string[];
}
