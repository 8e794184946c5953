/** What the shared ledger costs, on a redis-server of its own: `npm run cost`. */
import { Redis } from 'ioredis';
import { systemClock } from '../../src/lib/clock.ts';
import { Deliverer } from '../../src/delivery/deliverer.ts';
import { toIdempotentRequest } from '../../src/delivery/idempotentrequest.ts';
import { LedgerAddress } from '../../src/ledger/redis/address.ts';
import { RedisLedger } from '../../src/ledger/redis/redis.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { createLog, standardOutput } from '../../src/lib/log.ts';
import type { Tenant } from '../../src/tenants/tenant.ts';
import { fakeOmneo } from '../support/omneo.ts';
import { Server, findServer } from './redis/server.ts';
import { rewardRequestOf } from '../support/rewards.ts';

const ids = 10_000;

/** Round trips by what was asked, and bytes. */
export type Cost = Readonly<{
  perReward: number;
  perDuplicate: number;
  bytesPerId: number;
  perRewardWithoutId: number;
  perRetryWithoutId: number;
}>;

/** Counts commands from outside the gateway, and the server's memory, over many new rewards and their duplicates. */
export async function measureCost(path: string, count: number): Promise<Cost> {
  const server = await Server.start(path);
  const observer = new Redis(server.url);
  const times = { leaseMs: 60_000, settleWindowMs: 0, retentionMs: 600_000 };
  const address = LedgerAddress.parse(server.url);
  const log = createLog('silent', standardOutput());
  const ledger = new RedisLedger({ address, clock: systemClock, times, log });
  const deliverer = issuerOn(ledger);
  // A retry without an id waits for the one before it, so there are few of them, all at once.
  const retries = Math.min(count, 100);
  try {
    await ledger.check();
    for (const id of ['warm-up', null]) await issue(deliverer, { id, from: 0, count: 1, isSent: false }); // loads the scripts
    const readings = [await reading(observer)];
    for (const webhooks of [
      { id: 'order', from: 1, count },
      { id: 'order', from: 1, count },
      { id: null, from: 1, count, isSent: true },
    ]) {
      await issue(deliverer, webhooks);
      readings.push(await reading(observer));
    }
    await issue(deliverer, { id: null, from: count + 1, count: retries, isSent: false });
    readings.push(await reading(observer));
    await issue(deliverer, { id: null, from: count + 1, count: retries, isSent: true });
    readings.push(await reading(observer));
    const per = (step: number, webhooks: number, of: 'calls' | 'bytes' = 'calls'): number =>
      ((readings[step + 1]?.[of] ?? 0) - (readings[step]?.[of] ?? 0)) / webhooks;
    return {
      perReward: per(0, count),
      bytesPerId: per(0, count, 'bytes'),
      perDuplicate: per(1, count),
      perRewardWithoutId: per(2, count),
      perRetryWithoutId: per(4, retries),
    };
  } finally {
    await ledger.close();
    observer.disconnect();
    await server.remove();
  }
}

const omneoOf = { baseURL: 'https://acme.example' };
const tenant = { slug: 'acme', omneo: omneoOf, rewards: { timezone: 'UTC' } } as Tenant;
const waiting = { isGone: () => false, isWaiting: () => true };

/** The gateway's own, in front of an Omneo that knows nobody's rewards and creates every one. */
function issuerOn(ledger: Ledger): Deliverer {
  let rewards = 0;
  const omneo = fakeOmneo({ createReward: () => Promise.resolve(++rewards) });
  return new Deliverer({
    ledger,
    upstream: () => omneo,
    clock: systemClock,
    log: createLog('silent', standardOutput()),
    waitMs: 3000,
    createMs: 10_000,
    repeatMs: 0,
    retry: { everyMs: 1000, forMs: 120_000 },
    isDraining: () => false,
  });
}

type Webhooks = Readonly<{ id: string | null; from: number; count: number; isSent?: boolean }>;

/** Issues that many, a hundred at a time, and tells whether their answers are out. */
async function issue(deliverer: Deliverer, { id, from, count, isSent = true }: Webhooks): Promise<void> {
  const one = async (n: number): Promise<void> => {
    const webhook = { id: id && `${id}-${n}`, personId: 'ada', email: null, definitionId: 42, amount: 10 };
    const order = toIdempotentRequest(
      tenant,
      rewardRequestOf({ ...webhook, emailFault: null, fields: {} }, tenant),
      `a body that is the ${n}th`,
      'request-1',
    );
    await deliverer.answered(order, await deliverer.deliver(tenant, order, waiting), isSent);
  };
  for (let n = from; n < from + count; n += 100)
    await Promise.all(Array.from({ length: Math.min(100, from + count - n) }, (_, more) => one(n + more)));
}

/** Round trips by scripts so far, and the bytes of the data. */
async function reading(observer: Redis): Promise<{ calls: number; bytes: number }> {
  const stats = await observer.info('commandstats');
  const memory = await observer.info('memory');
  const calls = [...stats.matchAll(/^cmdstat_eval(?:sha)?:calls=(\d+)/gm)].map(([, found]) => Number(found));
  const bytes = Number(/^used_memory_dataset:(\d+)/m.exec(memory)?.[1]);
  return { calls: calls.reduce((sum, each) => sum + each, 0), bytes };
}

if (import.meta.main) {
  const path = await findServer('redis-server');
  if (path === undefined)
    throw new Error('redis-server is not on PATH; install it to measure the shared ledger.');
  const cost = await measureCost(path, ids);
  console.log(`${ids} ids on redis-server`);
  console.log(`round trips per new reward                 ${cost.perReward}`);
  console.log(`round trips per duplicate                  ${cost.perDuplicate}`);
  console.log(`bytes per id                               ${cost.bytesPerId.toFixed(0)}`);
  console.log(`round trips per new reward, without an id  ${cost.perRewardWithoutId}`);
  console.log(`round trips per retry, without an id       ${cost.perRetryWithoutId}`);
}
