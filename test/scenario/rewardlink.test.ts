/** Interactions that point at a reward which is stored, on a real SQLite file: they wait for it, or are parked with it. */
import { join } from 'node:path';
import { expect } from 'chai';
import { type Sandbox, startSandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import type { DeliveryAdmin } from '../../src/ledger/deliveries/deliveryadmin.ts';
import { openKeyring } from '../../src/ledger/seal/openkeyring.ts';
import { SqliteAddress } from '../../src/ledger/sqlite/address.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/opensqlite.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { newFolder, silent } from '../ledger/sqlite/bench.ts';
import { decision } from '../support/deliveries.ts';
import { eventually } from '../support/eventually.ts';
import { type Gateway, type Reply, startGateway } from '../support/gateway.ts';
import { ada } from '../support/webhooks.ts';

const settleWindowMs = 200;
const times = { leaseMs: 1500, settleWindowMs, retentionMs: 72 * 3_600_000 };
const env = {
  LEDGER_URL: 'sqlite:ledger.db',
  LEASE_MS: '1500',
  SETTLE_WINDOW_MS: String(settleWindowMs),
  UPSTREAM_TIMEOUT_MS: '500',
};

describe('An interaction that points at a stored reward', () => {
  let folder: Awaited<ReturnType<typeof newFolder>>;
  let sandbox: Sandbox;
  let gateway: Gateway;
  let admin: DeliveryAdmin;

  beforeEach(async () => {
    folder = await newFolder();
    sandbox = await startSandbox({ tenants: sample });
    const address = SqliteAddress.parse(`sqlite:${join(folder.path, 'ledger.db')}`);
    const ledger = await openSqliteLedger({ address, times, clock: systemClock, log: silent });
    const keyring = await openKeyring({ address, keyFile: undefined, clock: systemClock, log: silent });
    if (keyring === undefined) throw new Error('SQLite makes its key');
    ({ admin } = ledger.deliveries);
    gateway = await startGateway(env, { ledger, keyring, random: () => 0.01 });
    gateway.tenant('acme', { baseURL: sandbox.baseURL('acme') });
  });
  afterEach(async () => {
    await sandbox.close();
    await gateway.stop();
    await folder.remove();
  });

  const reward = (amount = 10): Promise<Reply> =>
    gateway.post('acme', { id: 'order-7', ...ada, data: { reward_definition_id: 42, amount } });
  const interaction = (id: string): Promise<Reply> => {
    const data = {
      name: 'Opened',
      channel: 'email',
      action: 'view',
      signal: 1,
      reward_external_id: 'order-7',
    };
    return gateway.post('acme', { id, ...ada, data }, {}, 'interactions');
  };
  const pointedAt = () => sandbox.interactions('acme').map(({ interacted_id: id }) => id);

  it('waits until that is issued', async () => {
    // Nothing was sent to create it: that is a failure which passes.
    sandbox.setFaults([{ operation: 'rewards.list', kind: 'error', status: 500 }]);
    expect((await reward()).status).to.equal(202);
    expect((await interaction('mail-1')).status).to.equal(202);
    expect(sandbox.interactions('acme')).to.deep.equal([]);
    sandbox.setFaults([]);
    await eventually(() => {
      expect(pointedAt()).to.deep.equal(sandbox.rewards('acme').map(({ id }) => id));
      expect(pointedAt()).to.have.length(1);
    });
  });

  /** The delivery as which it is parked, and what is said of the field that points at the reward. */
  async function parkedAs(code: string, answered: Promise<Reply>): Promise<{ id: string; hint: string }> {
    const { json } = await answered;
    expect(json['code']).to.equal(code);
    const [error] = json['errors'] as { hint: string }[];
    return { id: String(json['delivery_id']), hint: error?.hint ?? '' };
  }

  it('is refused and parked when that is parked, or was decided against', async () => {
    gateway.tenant('acme', { baseURL: sandbox.baseURL('acme'), spec: { limits: { maxAmount: 5 } } });
    const { id } = await parkedAs('not_allowed', reward());
    const refused = await parkedAs('invalid_payload', interaction('mail-1'));
    expect(refused.hint).to.match(/^is the id of a reward that was refused, and that a person decides about/);
    await admin.discardOne(id, decision);
    const late = await parkedAs('invalid_payload', interaction('mail-2'));
    expect(late.hint).to.match(/^is the id of a reward that a person has decided against/);
  });

  it('is recorded by a replay once that is issued', async () => {
    gateway.tenant('acme', { baseURL: sandbox.baseURL('acme'), spec: { limits: { maxAmount: 5 } } });
    const first = await parkedAs('not_allowed', reward());
    const second = await parkedAs('invalid_payload', interaction('mail-1'));
    gateway.tenant('acme', { baseURL: sandbox.baseURL('acme') });
    for (const { id } of [first, second]) await admin.replayOne(id, decision);
    await eventually(() => {
      expect(pointedAt()).to.deep.equal([1]);
    });
  });
});
