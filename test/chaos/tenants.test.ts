import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { newFolder } from '../ledger/sqlite/bench.ts';
import { writeTenants } from './tenants.ts';

const specIn = async (dir: string, tenant: string): Promise<Record<string, unknown>> => {
  const [resource] = parseAllDocuments(await readFile(join(dir, `${tenant}.yaml`), 'utf8'));
  return (resource?.toJS() as { spec: Record<string, unknown> }).spec;
};

describe('the tenants of the chaos run', () => {
  let folder: Awaited<ReturnType<typeof newFolder>>;
  const write = (mode: 'synchronous' | 'durable') =>
    writeTenants({ folder: folder.path, replicas: 2, omneoPort: 4711, mode });

  beforeEach(async () => {
    folder = await newFolder();
  });
  afterEach(() => folder.remove());

  it('say how their webhooks are delivered, whatever the ledger can', async () => {
    const synchronous = await write('synchronous');
    expect(await specIn(synchronous.of(0), 'acme')).to.deep.include({ delivery: { mode: 'Synchronous' } });
    const durable = await write('durable');
    for (const [tenant, profileNotFound] of [
      ['acme', 'Reject'],
      ['bloom', 'Wait'],
    ] as const)
      expect(await specIn(durable.of(1), tenant)).to.deep.include({
        delivery: { mode: 'Durable', profileNotFound },
      });
  });

  it('are suspended and resumed for every replica', async () => {
    const tenants = await write('durable');
    for (const suspend of [true, false]) {
      await tenants.suspend('acme', suspend);
      for (const slot of [0, 1]) expect(await specIn(tenants.of(slot), 'acme')).to.include({ suspend });
    }
  });
});
