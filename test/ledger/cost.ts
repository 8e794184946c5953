/** What the shared ledger costs, on a redis-server of its own: `npm run cost`. */
import { Redis } from 'ioredis';
import { systemClock } from '../../src/clock.ts';
import { LedgerAddress } from '../../src/ledger/address.ts';
import { RedisLedger } from '../../src/ledger/redis.ts';
import { createLog, standardOutput } from '../../src/log.ts';
import { Server, findServer } from './redis/server.ts';

const ids = 10_000;

export type Cost = Readonly<{ perReward: number; perDuplicate: number; bytesPerId: number }>;

/** Counts commands from outside the ledger, and the server's memory, over many new rewards and their duplicates. */
export async function measureCost(path: string, count: number): Promise<Cost> {
  const server = await Server.start(path);
  const observer = new Redis(server.url);
  const times = { leaseMs: 60_000, settleWindowMs: 0, retentionMs: 600_000 };
  const address = LedgerAddress.parse(server.url);
  const ledger = new RedisLedger({
    address,
    clock: systemClock,
    times,
    log: createLog('silent', standardOutput()),
  });
  try {
    await ledger.check();
    await issueAll(ledger, 0, 1); // loads the scripts
    const before = await reading(observer);
    await issueAll(ledger, 1, count);
    const issued = await reading(observer);
    await issueAll(ledger, 1, count);
    const repeated = await reading(observer);
    return {
      perReward: (issued.calls - before.calls) / count,
      perDuplicate: (repeated.calls - issued.calls) / count,
      bytesPerId: (issued.bytes - before.bytes) / count,
    };
  } finally {
    await ledger.close();
    observer.disconnect();
    await server.remove();
  }
}

/** Claims each id and settles what is won, as the gateway does for one webhook each. */
async function issueAll(ledger: RedisLedger, from: number, count: number): Promise<void> {
  for (let n = from; n < from + count; n += 1) {
    const key = `acme/id/${String(n).padStart(43, '0')}`;
    const claimed = await ledger.claim({ key, fingerprint: 'f'.repeat(43), externalId: `order-${n}` });
    if ('claim' in claimed) await ledger.settle(claimed.claim, { rewardId: n, matchedBy: 'klaviyo' });
  }
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
  const { perReward, perDuplicate, bytesPerId } = await measureCost(path, ids);
  console.log(`${ids} ids on redis-server`);
  console.log(`round trips per new reward  ${perReward}`);
  console.log(`round trips per duplicate   ${perDuplicate}`);
  console.log(`bytes per id                ${bytesPerId.toFixed(0)}`);
}
