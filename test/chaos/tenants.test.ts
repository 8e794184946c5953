import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { newFolder } from '../ledger/sqlite/bench.ts';
import type { DayBudget } from './budgets.ts';
import { writeTenants } from './tenants.ts';

const specIn = async (dir: string, tenant: string): Promise<Record<string, unknown>> => {
  const [resource] = parseAllDocuments(await readFile(join(dir, `${tenant}.yaml`), 'utf8'));
  return (resource?.toJS() as { spec: Record<string, unknown> }).spec;
};

describe('the tenants of the chaos run', () => {
  let folder: Awaited<ReturnType<typeof newFolder>>;
  const actions = ['rewards', 'interactions'] as const;
  const write = (mode: 'synchronous' | 'durable', budgets?: ReadonlyMap<string, DayBudget>) =>
    writeTenants({ folder: folder.path, replicas: 2, omneoPort: 4711, mode, actions, budgets });

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

  it('serve the actions of the run, and no others, whatever their examples say', async () => {
    const tenants = await write('durable');
    for (const tenant of ['acme', 'bloom']) {
      const { klaviyo } = await specIn(tenants.of(0), tenant);
      expect(klaviyo).to.deep.include({
        actions,
        secretRefs: [{ name: `${tenant}-klaviyo`, key: 'webhook-secret' }],
      });
    }
  });

  it('have budgets until these are raised, suspended or not', async () => {
    const tight = { rewards: 3, cents: 10_050, perProfile: 1 };
    const wide = { rewards: 30, cents: 100_000, perProfile: 10 };
    const limits = { perDay: { rewards: 3, amount: 100.5 }, perProfilePerDay: { rewards: 1 } };
    const tenants = await write('durable', new Map([['acme', tight]]));
    await tenants.suspend('acme', true);
    expect(await specIn(tenants.of(1), 'acme')).to.deep.include({ suspend: true, limits });
    expect(await specIn(tenants.of(1), 'bloom')).not.to.have.property('limits');
    await tenants.limit(wide);
    const raised = { perDay: { rewards: 30, amount: 1000 }, perProfilePerDay: { rewards: 10 } };
    for (const tenant of ['acme', 'bloom'])
      expect(await specIn(tenants.of(0), tenant)).to.deep.include({
        suspend: tenant === 'acme',
        limits: raised,
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
