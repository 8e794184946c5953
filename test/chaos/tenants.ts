/** The folders of tenants: the examples, one for each replica. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tenants } from './people.ts';

const examples = join(import.meta.dirname, '../../examples');

/** Writes a replica's tenants, whose Omneo is reached at the port; resolves with the folder. */
export async function writeTenants(folder: string, slot: number, omneoPort: number): Promise<string> {
  const dir = join(folder, `tenants-${slot}`);
  await mkdir(dir, { recursive: true });
  for (const tenant of tenants) {
    const text = await readFile(join(examples, `${tenant}.yaml`), 'utf8');
    await writeFile(join(dir, `${tenant}.yaml`), text.replace('127.0.0.1:4010', `127.0.0.1:${omneoPort}`));
  }
  return dir;
}
