/**
 * A process with a courier that issues what waits in a ledger: `node courierchild.ts <path> <folder> [poison]`. Its Omneo
 * is a folder, in which a reward is a file named by its external_id; it takes the same one twice. It is meant to be
 * killed, and does so itself when it is about to create the reward with the external_id `poison`.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv, stdout } from 'node:process';
import { rewardsAction } from '../../../src/actions/rewards/rewardsaction.ts';
import { Courier } from '../../../src/delivery/courier.ts';
import { Deliverer } from '../../../src/delivery/deliverer.ts';
import { Suspensions } from '../../../src/delivery/limits/suspensions.ts';
import { deliverTaken } from '../../../src/delivery/delivertaken.ts';
import { systemClock as clock } from '../../../src/lib/clock.ts';
import { SqliteLedger } from '../../../src/ledger/sqlite/sqlite.ts';
import { startThread } from '../../../src/ledger/sqlite/thread.ts';
import { Registry } from '../../../src/tenants/registry.ts';
import { durableTenant } from '../../delivery/stored.ts';
import { admitsAll, fakeOmneo } from '../../support/omneo.ts';
import { keyringOf } from '../seal/samples.ts';
import { silent } from './bench.ts';

const [, , path = '', folder = '', poison] = argv;
const times = { leaseMs: 300, settleWindowMs: 200, retentionMs: 3_600_000 };
const executor = await startThread({ path, times, date: Date.now() });
const ledger = new SqliteLedger({ executor, path, clock, times, log: silent });

const found = (externalId: string): readonly string[] =>
  readdirSync(folder).filter((name) => name.split('.')[0] === externalId);
const list = (externalId: string) => Promise.resolve(found(externalId).map((name) => ({ name })));
let made = 0;
const omneo = fakeOmneo({
  list,
  listUntried: list,
  identify: ([row]) =>
    Promise.resolve(row === undefined ? { kind: 'none' } : { kind: 'same', resourceId: 1 }),
  create: async (reward) => {
    if (reward['external_id'] === poison) process.kill(process.pid, 'SIGKILL');
    await clock.sleep(2);
    made += 1;
    writeFileSync(join(folder, `${String(reward['external_id'])}.${process.pid}.${made}`), '');
    await clock.sleep(2);
    return made;
  },
});

const deliverer = new Deliverer({
  ...{ ledger, clock, random: () => 0.001, log: silent, upstream: () => omneo },
  ...{ waitMs: 100, createMs: 100, repeatMs: 0, retentionMs: 3_600_000, parkedMs: 3_600_000 },
  parkedRoom: { take: () => true, has: () => true },
  counts: { of: () => [] },
  onIssued: () => undefined,
  retry: { everyMs: 100, forMs: 600 },
  inFlight: { isDraining: false },
  registry: { get: () => undefined },
});
const registry = new Registry();
const tenant = durableTenant();
registry.put({ key: 'default/acme', slug: 'acme', createdAt: 0, resolution: { webhookSecrets: [], tenant } });
const { deliveries } = ledger;
const attempt = deliverTaken({
  storage: { deliveries, keyring: keyringOf(1), parkedMs: 3_600_000, parkedRoom: { take: () => true } },
  ...{ actions: [rewardsAction()], deliverer, clock, random: Math.random },
  onEnded: () => undefined,
});
new Courier({
  deliveries,
  registry,
  omneoOf: () => admitsAll,
  deliverTaken: attempt,
  clock,
  log: silent,
  suspensions: new Suspensions({ ledger, clock }),
  goneTenants: { look: () => Promise.resolve() },
  onRound: () => undefined,
}).start();
stdout.write('open\n');
// The clock's timers keep no process alive.
for (;;) {
  await new Promise((resolve) => setTimeout(resolve, 50));
  if ((await deliveries.dueTenants()).length === 0) break;
}
await ledger.close();
stdout.write('done\n');
