/** The folders of tenants: the examples, one for each replica. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActionName } from './actions/actions.ts';
import { type DayBudget, limitsLine } from './budgets.ts';
import type { Mode } from './mode.ts';
import { patient, tenants } from './people.ts';

const examples = join(import.meta.dirname, '../../examples');

/** What an operator does to the tenants while they are served. */
export type TenantFolders = Readonly<{
  /** The folder of a replica. */
  of: (slot: number) => string;
  /** Suspends a tenant for every replica, or resumes it. */
  suspend: (tenant: string, isSuspended: boolean) => Promise<void>;
  /** Gives every tenant another budget, for every replica. */
  limit: (budget: DayBudget) => Promise<void>;
}>;

type Options = Readonly<{
  folder: string;
  replicas: number;
  omneoPort: number;
  mode: Mode;
  /** Those that the tenants serve. */
  actions: readonly ActionName[];
  budgets?: ReadonlyMap<string, DayBudget> | undefined;
}>;

/** Writes every replica's tenants, whose Omneo is reached at the port. */
export async function writeTenants({
  folder,
  replicas,
  omneoPort,
  mode,
  actions,
  budgets,
}: Options): Promise<TenantFolders> {
  const limits = new Map(budgets);
  const suspended = new Set<string>();
  const dirs = Array.from({ length: replicas }, (_, slot) => join(folder, `tenants-${slot}`));
  const write = async (tenant: string): Promise<void> => {
    const budget = limits.get(tenant);
    const own = `${deliveryIn(tenant, mode)}${budget === undefined ? '' : limitsLine(budget)}`;
    const example = await readFile(join(examples, `${tenant}.yaml`), 'utf8');
    const text = example
      .replace('127.0.0.1:4010', `127.0.0.1:${omneoPort}`)
      .replace(/^ {4}actions: .*\n/m, '')
      .replace('  klaviyo:\n', `  klaviyo:\n    actions: [${actions.join(', ')}]\n`)
      .replace('spec:\n', `spec:\n  suspend: ${suspended.has(tenant)}\n${own}`);
    await Promise.all(dirs.map((dir) => writeFile(join(dir, `${tenant}.yaml`), text)));
  };
  await Promise.all(dirs.map((dir) => mkdir(dir, { recursive: true })));
  const writeAll = async (): Promise<void> => {
    for (const tenant of tenants) await write(tenant);
  };
  await writeAll();
  return {
    of: (slot) => dirs[slot] ?? '',
    suspend: (tenant, isSuspended) => {
      if (isSuspended) suspended.add(tenant);
      else suspended.delete(tenant);
      return write(tenant);
    },
    limit: (budget) => {
      for (const tenant of tenants) limits.set(tenant, budget);
      return writeAll();
    },
  };
}

function deliveryIn(tenant: string, mode: Mode): string {
  if (mode === 'synchronous') return '  delivery: { mode: Synchronous }\n';
  return `  delivery: { mode: Durable, profileNotFound: ${patient.has(tenant) ? 'Wait' : 'Reject'} }\n`;
}
