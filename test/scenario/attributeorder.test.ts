/** Webhooks for the same attributes, some late, on a real SQLite file: what the newest asks for is what is left. */
import { join } from 'node:path';
import { expect } from 'chai';
import { everything } from '../../sandbox/preset.ts';
import { type Sandbox, startSandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openKeyring } from '../../src/ledger/seal/openkeyring.ts';
import { SqliteAddress } from '../../src/ledger/sqlite/address.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/opensqlite.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { newFolder, silent } from '../ledger/sqlite/bench.ts';
import { decision } from '../support/deliveries.ts';
import { eventually } from '../support/eventually.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { ada } from '../support/webhooks.ts';

const settleWindowMs = 200;
const times = { leaseMs: 1500, settleWindowMs, retentionMs: 72 * 3_600_000 };
const env = {
  LEDGER_URL: 'sqlite:ledger.db',
  LEASE_MS: '1500',
  SETTLE_WINDOW_MS: String(settleWindowMs),
  UPSTREAM_TIMEOUT_MS: '500',
  ANSWER_DEADLINE_MS: '300',
};

describe('Webhooks for one attribute that are delivered late', () => {
  let folder: Awaited<ReturnType<typeof newFolder>>;
  let sandbox: Sandbox;
  let gateway: Gateway;
  let ledger: Ledger;

  beforeEach(async () => {
    folder = await newFolder();
    sandbox = await startSandbox({ tenants: sample });
    const address = SqliteAddress.parse(`sqlite:${join(folder.path, 'ledger.db')}`);
    ledger = await openSqliteLedger({ address, times, clock: systemClock, log: silent });
    const keyring = await openKeyring({ address, keyFile: undefined, clock: systemClock, log: silent });
    if (keyring === undefined) throw new Error('SQLite makes its key');
    gateway = await startGateway(env, { ledger, keyring, random: () => 0.01 });
    gateway.tenant('acme', { baseURL: sandbox.baseURL('acme') });
  });
  afterEach(async () => {
    await sandbox.close();
    await gateway.stop();
    await folder.remove();
  });

  const post = async (id: string, data: object): Promise<{ status: number; says: unknown }> => {
    const { status, json } = await gateway.post('acme', { id, ...ada, data }, {}, 'attributes');
    return { status, says: json['status'] };
  };
  const breed = (value: string): object => ({ namespace: 'pet', handle: 'breed', value });
  const values = (): unknown[] => sandbox.attributeHistory('acme').map(({ value }) => value);
  const ended = (...results: string[]): Promise<void> =>
    eventually(() => {
      const lines = gateway.logs.filter(({ msg }) => msg === 'delivery');
      expect(lines.map(({ result }) => result)).to.include.members(results);
    });

  it('set nothing back that a newer one has set meanwhile', async () => {
    sandbox.setFaults([{ operation: 'search-id', kind: 'hang', ms: 450, times: 1 }]);
    expect((await post('older', breed('beagle'))).status).to.equal(202);
    expect(await post('newer', breed('poodle'))).to.include({ status: 200, says: 'created' });
    await eventually(async () => {
      expect((await post('older', breed('beagle'))).says).to.equal('duplicate');
    });
    expect(values()).to.deep.equal(['poodle']);
  });

  it('set nothing back when they are replayed, however much later', async () => {
    const wrong = { ...breed('beagle'), type: 'string', namespace: 'pets' };
    expect((await post('older', wrong)).status).to.equal(422);
    sandbox.setOption({ attributesOnDemand: true });
    expect((await post('newer', { ...wrong, value: 'poodle' })).says).to.equal('created');
    await ledger.deliveries?.admin.replayAll({ tenants: ['acme'], reason: 'rejected' }, decision, 10);
    await ended('issued');
    expect((await post('older', wrong)).says).to.equal('duplicate');
    expect(values()).to.deep.equal(['poodle']);
  });

  it('end with the newest of each, whatever Omneo does meanwhile', async () => {
    sandbox.setOption({ attributesOnDemand: true });
    const handles = ['breed', 'name', 'colour'];
    sandbox.setFaults(everything(0.25, { hangMs: 50, dripMs: 5, delayMs: 20 }));
    for (let count = 0; count < 45; count += 1) {
      const data = { namespace: 'pet', handle: handles[count % 3], value: `value ${count}` };
      // As Klaviyo does what is answered so.
      let status = 503;
      while (status === 503) ({ status } = await post(`id-${count}`, data));
      expect(status).to.be.oneOf([200, 202]);
    }
    sandbox.setFaults([]);
    const left = (): unknown[] => sandbox.attributes('acme').map(({ handle, value }) => [handle, value]);
    await eventually(async () => {
      const [waiting] = (await ledger.deliveries?.counts()) ?? [];
      expect(waiting).to.equal(undefined);
      expect(left()).to.have.deep.members([
        ['breed', 'value 42'],
        ['name', 'value 43'],
        ['colour', 'value 44'],
      ]);
    });
  });
});
