/** A cluster with very many tenants, and replicas of the gateway on it. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AuditEvent, startCluster } from '../../test/e2e/cluster.ts';
import { type Api, adminApi } from '../../test/e2e/operatorapi.ts';
import { secret, tenant, type Manifest } from '../../test/e2e/operatortenants.ts';
import { install } from '../../test/e2e/rbacgrant.ts';
import { secretOf } from '../load/job.ts';
import { bundle, flags } from './programs.ts';
import type { Setting } from './setting.ts';
import { type Program, Subject } from './subject.ts';

export type Crowd = Readonly<{
  tenants: number;
  startReplica: () => Promise<Replica>;
  /** Starts a replica that watches a namespace in which nobody is. */
  startEmpty: () => Promise<Replica>;
  /** Reads every tenant and every Secret by pages, and does nothing with them; milliseconds. */
  readBarely: () => Promise<number>;
  /** Gives this tenant another webhook secret. */
  rotate: (tenant: number, subject: Subject) => Promise<Rotation>;
  auditEvents: () => Promise<readonly AuditEvent[]>;
  stop: () => Promise<void>;
}>;

export type Replica = Readonly<{
  subject: Subject;
  /** Milliseconds from its start until /readyz said that webhooks may come. */
  readyMs: number;
}>;

export type Rotation = Readonly<{
  /** Milliseconds until the API server had taken the change. */
  takenMs: number;
  /** Milliseconds from then on until the subject took a webhook with the new secret. */
  servedMs: number;
}>;

export async function startCrowd({ folder, upstream, say }: Setting, tenants: number): Promise<Crowd> {
  const cluster = await startCluster();
  try {
    const [everywhere, nowhere] = [await install(cluster), await install(cluster, ['nobody'])];
    const api = await adminApi(cluster);
    const at = performance.now();
    await create(api, tenants, upstream.base());
    say(`  ${tenants} tenants created in ${Math.round((performance.now() - at) / 1000)} s`);
    let started = 0;
    const program = (kubeconfig: string, env: Readonly<Record<string, string>> = {}): Program => {
      const name = `replica-${(started += 1)}`;
      const common = { POD_NAME: name, POD_NAMESPACE: 'gateway', ALLOW_INSECURE_UPSTREAM: 'true' };
      const log = join(folder, `${name}.log`);
      const all = { ...common, KUBECONFIG: kubeconfig, ...env };
      return { name, args: [...flags, bundle], env: all, log, saysReady: true };
    };
    return {
      tenants,
      startReplica: () => startReady(program(everywhere.kubeconfig)),
      startEmpty: () => startReady(program(nowhere.kubeconfig, { WATCH_NAMESPACES: 'nobody' })),
      readBarely: () => readBarely(api),
      rotate: (number, subject) => rotate(api, number % tenants, subject),
      auditEvents: () => cluster.auditEvents(),
      stop: async () => {
        await api.close();
        await cluster.stop();
      },
    };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** Tenants with one Secret each, as in a folder. */
async function create(api: Api, tenants: number, baseURL: string): Promise<void> {
  let next = 0;
  const creator = async (): Promise<void> => {
    for (let number = next++; number < tenants; number = next++) {
      for (const manifest of manifestsOf(number, baseURL)) await succeed(api, manifest);
    }
  };
  await Promise.all(Array.from({ length: 16 }, creator));
}

function manifestsOf(number: number, baseURL: string): readonly Manifest[] {
  const name = `tenant-${number}`;
  const secretRef = { name };
  const spec = {
    omneo: { baseURL, credentials: { token: { secretRef } } },
    klaviyo: { secretRefs: [secretRef] },
    rewards: { timezone: 'Australia/Melbourne', expiresAfter: '30d' },
  };
  return [secretWith(number, secretOf(number)), tenant(name, { baseURL, spec })];
}

function secretWith(number: number, value: string): Manifest {
  return secret(`tenant-${number}`, { token: 'bench-token', 'webhook-secret': value });
}

async function succeed(api: Api, manifest: Manifest): Promise<void> {
  const { status, body } = await api.apply(manifest);
  if (status >= 300) throw new Error(body.message ?? `the API server answered ${status}`);
}

async function readBarely(api: Api): Promise<number> {
  const begun = performance.now();
  for (const list of ['/apis/omneo.io/v1alpha1/omneotenants', '/api/v1/secrets']) {
    for (let next: string | undefined = ''; next !== undefined;) next = await readPage(api, list, next);
  }
  return performance.now() - begun;
}

/** Where the next page begins; undefined after the last one. */
async function readPage(api: Api, list: string, begin: string): Promise<string | undefined> {
  const { status, body } = await api.request(
    'GET',
    `${list}?limit=500&continue=${encodeURIComponent(begin)}`,
  );
  if (status !== 200) throw new Error(body.message ?? `the API server answered ${status}`);
  const { continue: next = '' } = body['metadata'] as { continue?: string };
  return next === '' ? undefined : next;
}

async function startReady(program: Program): Promise<Replica> {
  const begun = performance.now();
  const subject = await Subject.start(program);
  return { subject, readyMs: performance.now() - begun };
}

let rotations = 0;

async function rotate(api: Api, number: number, subject: Subject): Promise<Rotation> {
  const value = `${secretOf(number)}-${(rotations += 1)}`;
  const asked = performance.now();
  await succeed(api, secretWith(number, value));
  const begun = performance.now();
  const body = JSON.stringify({
    id: `rotation-${rotations}`,
    person_id: '01BENCH1',
    email: 'ada@example.com',
    data: { reward_definition_id: 42, amount: 10 },
  });
  const headers = { 'content-type': 'application/json', 'x-omneo-secret': value };
  const url = `http://127.0.0.1:${subject.port}/tenant-${number}/api/v1/webhooks/klaviyo/rewards`;
  while ((await fetch(url, { method: 'POST', headers, body })).status !== 200) {
    if (performance.now() - begun > 30_000)
      throw new Error(`the new secret of tenant ${number} is not taken`);
    await sleep(1);
  }
  return { takenMs: begun - asked, servedMs: performance.now() - begun };
}
