/** Temporary folders that are gone afterwards. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guardFolder } from './guard.ts';

export type TemporaryFolder = { readonly path: string; remove(): Promise<void> };

/** Makes a folder that goes with remove(), or else with this process. */
export async function temporaryFolder(name: string, parent = tmpdir()): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(parent, `omneo-gateway-${name}-`));
  const guard = guardFolder(path);
  return { path, remove: () => guard.carryOut() };
}
