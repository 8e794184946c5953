/** The folders of tenants: the examples, one for each replica. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mode } from './mode.ts';
import { patient, tenants } from './people.ts';

const examples = join(import.meta.dirname, '../../examples');

/** What an operator does to the tenants while they are served. */
export type TenantFolders = Readonly<{
  /** The folder of a replica. */
  of: (slot: number) => string;
  /** Suspends a tenant for every replica, or resumes it. */
  suspend: (tenant: string, isSuspended: boolean) => Promise<void>;
}>;

type Options = Readonly<{ folder: string; replicas: number; omneoPort: number; mode: Mode }>;

/** Writes every replica's tenants, whose Omneo is reached at the port. */
export async function writeTenants({ folder, replicas, omneoPort, mode }: Options): Promise<TenantFolders> {
  const dirs = Array.from({ length: replicas }, (_, slot) => join(folder, `tenants-${slot}`));
  const write = async (tenant: string, isSuspended: boolean): Promise<void> => {
    const example = await readFile(join(examples, `${tenant}.yaml`), 'utf8');
    const text = example
      .replace('127.0.0.1:4010', `127.0.0.1:${omneoPort}`)
      .replace('spec:\n', `spec:\n  suspend: ${isSuspended}\n${deliveryIn(tenant, mode)}`);
    await Promise.all(dirs.map((dir) => writeFile(join(dir, `${tenant}.yaml`), text)));
  };
  await Promise.all(dirs.map((dir) => mkdir(dir, { recursive: true })));
  for (const tenant of tenants) await write(tenant, false);
  return { of: (slot) => dirs[slot] ?? '', suspend: write };
}

function deliveryIn(tenant: string, mode: Mode): string {
  if (mode === 'synchronous') return '  delivery: { mode: Synchronous }\n';
  return `  delivery: { mode: Durable, profileNotFound: ${patient.has(tenant) ? 'Wait' : 'Reject'} }\n`;
}
