/** The switch that suspends every tenant, on a running gateway. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { openKeyring } from '../../src/ledger/seal/openkeyring.ts';
import { SqliteAddress } from '../../src/ledger/sqlite/address.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/opensqlite.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { newFolder, silent } from '../ledger/sqlite/bench.ts';
import { eventually } from '../support/eventually.ts';
import { expectProblem } from '../support/problems.ts';
import { samplesOf } from '../support/prometheus.ts';
import { webhook } from '../support/webhooks.ts';
import { startWorld, type World } from '../support/world.ts';

const times = { leaseMs: 35_000, settleWindowMs: 120_000, retentionMs: 72 * 3_600_000 };

describe('While every tenant is suspended', () => {
  let folder: Awaited<ReturnType<typeof newFolder>>;
  let world: World;
  const says = (text: string): Promise<void> => writeFile(join(folder.path, 'switch'), text);

  beforeEach(async () => {
    folder = await newFolder();
    await says('true');
    const address = SqliteAddress.parse(`sqlite:${folder.path}/ledger.db`);
    const ledger = await openSqliteLedger({ address, times, clock: systemClock, log: silent });
    const keyring = await openKeyring({ address, keyFile: undefined, clock: systemClock, log: silent });
    if (keyring === undefined) throw new Error('SQLite makes its key');
    const env = { LEDGER_URL: 'sqlite:ledger.db', SUSPEND_ALL_FILE: join(folder.path, 'switch') };
    world = await startWorld({ env, parts: { ledger, keyring } });
    const spec = { delivery: { mode: 'Synchronous' } };
    world.gateway.tenant('bloom', { baseURL: world.sandbox.baseURL('bloom'), spec });
  });
  afterEach(async () => {
    await world.stop();
    await folder.remove();
  });

  const gauge = async (name: string): Promise<number | undefined> =>
    samplesOf(await world.gateway.metrics(), `omneo_gateway_${name}`)[0]?.value;

  it('webhooks are accepted and wait, and are issued once it ends, without a restart', async () => {
    const { gateway, sandbox } = world;
    expect((await gateway.post('acme', webhook({ id: 'a' }))).status).to.equal(202);
    expect(sandbox.calls()).to.deep.equal({});
    expect(await gauge('suspended_all')).to.equal(1);
    await says('false');
    await eventually(() => {
      expect(sandbox.rewards('acme').map(({ external_id: id }) => id)).to.deep.equal(['a']);
    });
    expect(await gauge('suspended_all')).to.equal(0);
    expect((await gateway.post('acme', webhook())).status).to.equal(200);
  });

  it('those of a synchronous tenant are answered 503, until it ends', async () => {
    const { gateway } = world;
    const eve = { person_id: '01BLOOMEVE', email: 'eve@example.com' };
    expectProblem(await gateway.post('bloom', webhook(eve)), 'not_ready');
    await says('false');
    await eventually(async () => {
      expect((await gateway.post('bloom', webhook(eve, { reward_definition_id: 42 }))).status).not.to.equal(
        503,
      );
    });
  });

  for (const [slug, status] of [
    ['acme', 202],
    ['bloom', 503],
  ] as const)
    it(`no create begins of what was looked up before: ${slug} is answered ${status}`, async () => {
      const { gateway, sandbox } = world;
      await says('false');
      await eventually(async () => {
        expect(await gauge('suspended_all')).to.equal(0);
      });
      const calls = (operation: string): number => sandbox.calls()[`${slug} ${operation}`] ?? 0;
      // Longer than it takes to follow the switch.
      sandbox.setFaults([{ kind: 'delay', ms: 3000, operation: 'rewards.list' }]);
      const person = slug === 'acme' ? {} : { person_id: '01BLOOMEVE', email: 'eve@example.com' };
      const answer = gateway.post(slug, webhook({ id: 'late', ...person }));
      await eventually(() => {
        expect(calls('search-id')).to.be.at.least(1);
      });
      await says('true');
      await eventually(async () => {
        expect(await gauge('suspended_all')).to.equal(1);
      });
      expect(calls('rewards.list')).to.equal(0);
      expect((await answer).status).to.equal(status);
      expect(calls('rewards.create')).to.equal(0);
      sandbox.setFaults([]);
      await says('false');
      await eventually(async () => {
        if (status === 503) await gateway.post(slug, webhook({ id: 'late', ...person }));
        expect(calls('rewards.create')).to.equal(1);
      });
    });

  it('a stranger is still a stranger', async () => {
    const wrong = { 'x-omneo-secret': 'wrong' };
    expectProblem(await world.gateway.post('acme', webhook(), wrong), 'unauthorized');
    expectProblem(await world.gateway.post('nobody', webhook()), 'unauthorized');
  });

  it('tenants show as suspended', async () => {
    const states = samplesOf(await world.gateway.metrics(), 'omneo_gateway_tenants');
    const counts = Object.fromEntries(states.map(({ labels, value }) => [labels['state'] ?? '', value]));
    expect(counts).to.include({ ready: 0, suspended: 2 });
  });

  it('a switch that says nonsense changes nothing, and shows', async () => {
    await says('off');
    await eventually(async () => {
      expect(await gauge('suspend_all_file_readable')).to.equal(0);
    });
    expect(await gauge('suspended_all')).to.equal(1);
    expect((await world.gateway.post('acme', webhook())).status).to.equal(202);
  });
});
