/** A gateway that goes through a fault, and what has to hold during and after every one of them. */
import { expect } from 'chai';
import type { RestartReason } from '../../../src/sources/kubernetes/informer/restart.ts';
import { countsBy, samplesOf } from '../../support/prometheus.ts';
import type { ApiProxy, Pieces } from '../apiproxy.ts';
import { secretOf, type Calls } from '../gateway.ts';
import { kept, names, secretsInCluster } from './population.ts';
import { followed, type Followed } from './spoil.ts';
import type { Stage } from './stage.ts';
import { startTraffic } from './traffic.ts';

/** What a gateway could leak, as it is now; the sockets are those towards the API. */
export type Held = { readonly timers: number; readonly listeners: number; readonly sockets: number };

/**
 * What following a cluster holds while nothing happens. Timers: for each watch its lifetime and its silence, and for the Lease
 * its end and the next look at it. Listeners: those of the two timers, of the stream and of undici for each watch, and
 * two for the look at the Lease. Sockets: one for each watch, and one for everything else.
 */
export const usual: Held = { timers: 6, listeners: 10, sockets: 3 };

/** Counts by `resource/reason`. */
export type Restarts = Readonly<Record<string, number>>;

export type Trial = {
  readonly stage: Stage;
  /** Between the gateway and the API server. */
  readonly proxy: ApiProxy;
  readonly gateway: Calls;
  /** Waits until something is the case, by the clock of the gateway. */
  readonly until: (what: string, isTrue: () => Promise<boolean> | boolean) => Promise<void>;
  readonly held: () => Promise<Held>;
  /** How often each reflector had begun anew when the test began, by resource and reason. */
  before: Restarts;
  /** How many sockets may be idle and closed later, after a test. */
  idle: number;
  /** How many timers are of what else the gateway does. */
  readonly otherTimers: number;
  stop(): Promise<void>;
};

/** Lets something happen while webhooks come; in the end all is served as in the cluster, and nothing is left over. */
export async function survive(trial: Trial, happen: () => Promise<void>): Promise<void> {
  await whileServing(trial, async () => {
    await happen();
    await sameTenants(trial);
  });
  await convergence(trial);
  await nothingLeaked(trial);
}

/** Lets something happen while webhooks come for a tenant that stays; every one of them is to be served. */
export async function whileServing(trial: Trial, happen: () => Promise<void>): Promise<void> {
  const traffic = startTraffic(() => trial.gateway.post(kept, { secret: secretOf(kept) }));
  try {
    await happen();
  } finally {
    const statuses = await traffic.stop();
    expect([...new Set(statuses)], 'answers meanwhile').to.deep.equal([200]);
  }
}

/** Resolves when the gateway serves what the cluster holds, and nothing else. */
export async function convergence(trial: Trial): Promise<void> {
  const { gateway, until } = trial;
  const wanted = await sameTenants(trial);
  const answers = (status: number, slug: string, secret: string): Promise<void> =>
    until(`${status} for ${slug}`, async () => (await gateway.post(slug, { secret })).status === status);
  for (const [slug, secret] of wanted) await answers(200, slug, secret);
  for (const slug of names.filter((name) => wanted.get(name) !== secretOf(name))) {
    await answers(401, slug, secretOf(slug));
  }
}

async function sameTenants(trial: Trial): Promise<ReadonlyMap<string, string>> {
  const wanted = await secretsInCluster(trial.stage.cluster);
  const slugs = [...wanted.keys()].sort().join();
  await trial.until(`tenants: ${slugs}`, async () => (await servedSlugs(trial)).join() === slugs);
  return wanted;
}

/** Slugs of the tenants that are served, in order. */
export async function servedSlugs({ gateway }: Trial): Promise<readonly string[]> {
  const samples = samplesOf(await gateway.metrics(), 'omneo_gateway_tenant_ready');
  return samples.flatMap(({ labels, value }) => (value === 1 ? [labels['tenant'] ?? ''] : [])).sort();
}

/** Resolves when both reflectors have begun anew so often in this test for this reason. */
export async function restarted(trial: Trial, reason: RestartReason, times = 1): Promise<void> {
  await trial.until(`both are ${reason}`, async () => {
    const now = await restarts(trial.gateway);
    return followed
      .map((resource) => `${resource}/${reason}`)
      .every((key) => (now[key] ?? 0) >= (trial.before[key] ?? 0) + times);
  });
}

/** How often each reflector has begun anew. */
export async function restarts(gateway: Calls): Promise<Restarts> {
  return countsBy(await gateway.metrics(), 'omneo_gateway_reflector_restarts_total', 'resource', 'reason');
}

/** When the API last answered for a resource, in seconds since the epoch. */
export async function lastContact({ gateway }: Trial, resource: Followed): Promise<number> {
  const name = 'omneo_gateway_reflector_last_contact_timestamp_seconds';
  const samples = samplesOf(await gateway.metrics(), name);
  return samples.find(({ labels }) => labels['resource'] === resource)?.value ?? 0;
}

/** Says something of the proxy's own on every open watch. */
export function tell({ proxy }: Trial, pieces: Pieces): void {
  for (const resource of followed) proxy.send(resource, pieces);
}

/** Resolves when there is one watch a resource, and nothing more of anything than usual. */
export async function nothingLeaked({ proxy, held, until, idle, otherTimers }: Trial): Promise<void> {
  await until('one watch a resource', () => followed.every((resource) => proxy.openWatches(resource) === 1));
  const most = { ...usual, timers: usual.timers + otherTimers, sockets: usual.sockets + idle };
  let last = usual;
  const isUsual = async (): Promise<boolean> => {
    last = await held();
    return (Object.keys(most) as (keyof Held)[]).every((kind) => last[kind] <= most[kind]);
  };
  await until('no more is held than usual', isUsual).catch((cause: unknown) => {
    throw new Error(`leaked: ${JSON.stringify(most)} became ${JSON.stringify(last)}`, { cause });
  });
}
