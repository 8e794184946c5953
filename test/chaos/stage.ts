/** Sets up all the parts of a run, and takes them down again. */
import { join } from 'node:path';
import { makeKeyFile } from '../../src/ledger/seal/makekeyfile.ts';
import { temporaryFolder } from '../e2e/folder.ts';
import type { ActionName } from './actions/actions.ts';
import type { Budgets } from './budgets.ts';
import { Fleet, freeSlots } from './fleet.ts';
import type { Targets } from './injector.ts';
import { startLinks } from './links.ts';
import { realRate, startOmneo } from './omneo.ts';
import type { Mode } from './mode.ts';
import type { Sabotage } from './options.ts';
import { type LedgerKind, replicasOn, startLedger } from './ledgerserver.ts';
import { writeTenants } from './tenants.ts';
import type { Times } from './times.ts';

type Options = Readonly<{
  seed: number;
  times: Times;
  ledger: LedgerKind;
  mode: Mode;
  actions: readonly ActionName[];
  sabotage: Sabotage | undefined;
  intact: boolean;
  budgets: Budgets | undefined;
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
  const { mode, actions } = nature;
  const budgets = nature.budgets?.tight;
  const served = { folder: folder.path, replicas, omneoPort: omneo.port };
  const tenants = await writeTenants({ ...served, mode, actions, budgets });
  const keyed = mode === 'durable' && nature.ledger === 'postgres' && (await keysOf(ledger));
  const env = (slot: number) => ({
    ...environment(nature.times),
    ...keyed,
    TENANTS_DIR: tenants.of(slot),
    NODE_OPTIONS: preloads[mode].map((file) => `--import ${here(file)}`).join(' '),
    CHAOS_OMNEO_PORT: String(omneo.port),
    CHAOS_LINK_PORT: String(links.port('omneo', slot)),
    LEDGER_URL: ledger.url(links.port('ledger', slot)),
  });
  const fleet = new Fleet({ entry: entryOf(nature), slots, env, folder: folder.path, pause });
  await fleet.startAll();
  const strike = async () => {
    await fleet.stopAll();
    await links.close();
    await Promise.all([omneo.stop(), ledger.stop()]);
    await folder.remove();
  };
  return { folder: folder.path, ledger, omneo, links, fleet, tenants, strike };
}

const here = (file: string): string => join(import.meta.dirname, file);

/** What the gateways run; a sabotage of the look-up is Omneo's. */
const entries = {
  fencing: 'unfenced.ts',
  courier: 'forgetful.ts',
  unconfirmed: 'overconfident.ts',
  lookup: '../../src/main.ts',
};

function entryOf({ sabotage, intact }: Pick<Options, 'sabotage' | 'intact'>): string {
  return here(entries[sabotage === undefined || intact ? 'lookup' : sabotage]);
}

/** What is loaded before a gateway. */
const preloads = { synchronous: ['route.ts'], durable: ['route.ts', 'hurry.ts'] };

/** The keys that seal what is stored, the same for every replica. */
async function keysOf({ keyFile }: Targets['ledger']): Promise<Readonly<Record<string, string>>> {
  await makeKeyFile(keyFile);
  return { LEDGER_KEY_FILE: keyFile };
}

const environment = (times: Times) => ({
  ALLOW_INSECURE_UPSTREAM: 'true',
  UPSTREAM_TIMEOUT_MS: String(times.upstreamTimeout),
  UPSTREAM_LIMIT_WINDOW_MS: String(realRate.throttleMinuteMs),
  ANSWER_DEADLINE_MS: String(times.answerDeadline),
  LEASE_MS: String(times.lease),
  SETTLE_WINDOW_MS: String(times.settleWindow),
  REPEAT_WINDOW_MS: String(times.repeatWindow),
  CREDENTIALS_RETRY_MS: '300',
  DRAIN_MS: String(times.drain),
});
