import { armFaults, type Faults } from './faults.ts';
import { createJournal, type Journal } from './journal.ts';
import { createZones } from './localtime.ts';
import { seededRandom } from './random.ts';
import type { TenantSeed } from './seeds.ts';
import { switchesFrom, type Switches } from './switches.ts';
import { createTenant, type Tenant } from './tenant.ts';

export type WorldOptions = Partial<Switches> & {
  /** Of the generator behind ids, tokens and probabilities; default 1. */
  seed?: number;
  tenants?: TenantSeed[];
  /** Epoch milliseconds; default Date.now. */
  now?: () => number;
};

/** All that can change while the sandbox runs. */
export type World = {
  tenants: Map<string, Tenant>;
  switches: Switches;
  faults: Faults;
  journal: Journal;
  now: () => number;
};

/** The world at its start, the same for the same options. */
export function createWorld({ seed = 1, tenants = [], now = Date.now, ...switches }: WorldOptions): World {
  const nature = { now, random: seededRandom(seed), zones: createZones() };
  return {
    tenants: new Map(tenants.map((tenant) => [tenant.name, createTenant(tenant, nature)])),
    switches: switchesFrom(switches),
    faults: armFaults([], nature.random),
    journal: createJournal(),
    now,
  };
}

/** The tenant of that name, or one sentence thrown. */
export function tenantOf(world: World, name: string): Tenant {
  const tenant = world.tenants.get(name);
  if (!tenant) throw new Error(`There is no tenant "${name}".`);
  return tenant;
}
