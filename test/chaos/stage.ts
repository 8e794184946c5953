/** Sets up all the parts of a run, and takes them down again. */
import { join } from 'node:path';
import { temporaryFolder } from '../e2e/folder.ts';
import { Fleet, freeSlots } from './fleet.ts';
import type { Targets } from './injector.ts';
import { startLinks } from './links.ts';
import { startOmneo } from './omneo.ts';
import type { Sabotage } from './options.ts';
import { type LedgerKind, replicasOn, startLedger } from './ledgerserver.ts';
import { writeTenants } from './tenants.ts';
import type { Times } from './times.ts';

type Options = Readonly<{
  seed: number;
  times: Times;
  ledger: LedgerKind;
  sabotage: Sabotage | undefined;
  intact: boolean;
  pause: (ms: number) => Promise<void>;
}>;

export type Stage = Targets & Readonly<{ folder: string; strike: () => Promise<void> }>;

/** Starts the ledger's server, Omneo, the links and the replicas. `strike` ends them all and leaves nothing behind. */
export async function setStage({ pause, ...nature }: Options): Promise<Stage> {
  const folder = await temporaryFolder('chaos');
  const replicas = replicasOn(nature.ledger);
  const ledger = await startLedger(nature.ledger, folder.path, pause);
  const omneo = await startOmneo(folder.path, nature);
  const slots = await freeSlots(replicas);
  const ports = {
    caller: (slot: number) => slots[slot]?.port ?? 0,
    ledger: () => ledger.port,
    omneo: () => omneo.port,
  };
  const links = await startLinks(ports, replicas, pause);
  const tenants = await Promise.all(slots.map((_, slot) => writeTenants(folder.path, slot, omneo.port)));
  const entry = nature.sabotage === 'fencing' && !nature.intact ? unfenced : gateway;
  const env = (slot: number) => ({
    ...environment(nature.times),
    TENANTS_DIR: tenants[slot] ?? '',
    NODE_OPTIONS: `--import ${join(import.meta.dirname, 'route.ts')}`,
    CHAOS_OMNEO_PORT: String(omneo.port),
    CHAOS_LINK_PORT: String(links.port('omneo', slot)),
    LEDGER_URL: ledger.url(links.port('ledger', slot)),
  });
  const fleet = new Fleet({ entry, slots, env, folder: folder.path, pause });
  await fleet.startAll();
  const strike = async () => {
    await fleet.stopAll();
    await links.close();
    await Promise.all([omneo.stop(), ledger.stop()]);
    await folder.remove();
  };
  return { folder: folder.path, ledger, omneo, links, fleet, strike };
}

const gateway = join(import.meta.dirname, '../../src/main.ts');
const unfenced = join(import.meta.dirname, 'unfenced.ts');

const environment = (times: Times) => ({
  ALLOW_INSECURE_UPSTREAM: 'true',
  UPSTREAM_TIMEOUT_MS: String(times.upstreamTimeout),
  ANSWER_DEADLINE_MS: String(times.answerDeadline),
  LEASE_MS: String(times.lease),
  SETTLE_WINDOW_MS: String(times.settleWindow),
  REPEAT_WINDOW_MS: String(times.repeatWindow),
  CREDENTIALS_RETRY_MS: '300',
  DRAIN_MS: String(times.drain),
});
