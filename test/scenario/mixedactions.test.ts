/** All actions at once under one id each, on a real SQLite file, while Omneo fails in every way that it can. */
import { join } from 'node:path';
import { expect } from 'chai';
import { everything } from '../../sandbox/preset.ts';
import { type Sandbox, startSandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import { openKeyring } from '../../src/ledger/seal/openkeyring.ts';
import { SqliteAddress } from '../../src/ledger/sqlite/address.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/opensqlite.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { actionNames } from '../../src/tenants/actionnames.ts';
import { newFolder, silent } from '../ledger/sqlite/bench.ts';
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

const heldNames = ['rewards', 'benefits', 'credits', 'interactions'] as const;

const data: Readonly<Record<(typeof actionNames)[number], (id: string) => object>> = {
  rewards: () => ({ reward_definition_id: 42, amount: 10 }),
  benefits: () => ({ benefit_definition_handle: 'birthday-gift' }),
  credits: () => ({ credit_definition_id: 7, amount: 10 }),
  interactions: () => ({ name: 'Opened', channel: 'email', action: 'view', signal: 1 }),
  // One for each id: which of two webhooks for one attribute counts is another matter.
  attributes: (id) => ({ namespace: 'orders', handle: id, value: id }),
};

/** The id of its webhook, where what is made of it has that. */
function idIn({ external_id: id, meta }: { external_id: string | null; meta: unknown }): string {
  return id ?? (meta as { external_id: string }).external_id;
}

describe('Webhooks of all actions, with one id used for several', () => {
  let folder: Awaited<ReturnType<typeof newFolder>>;
  let sandbox: Sandbox;
  let gateway: Gateway;

  beforeEach(async () => {
    folder = await newFolder();
    sandbox = await startSandbox({ tenants: sample, attributesOnDemand: true });
    const address = SqliteAddress.parse(`sqlite:${join(folder.path, 'ledger.db')}`);
    const ledger = await openSqliteLedger({ address, times, clock: systemClock, log: silent });
    const keyring = await openKeyring({ address, keyFile: undefined, clock: systemClock, log: silent });
    if (keyring === undefined) throw new Error('SQLite makes its key');
    gateway = await startGateway(env, { ledger, keyring, random: () => 0.01 });
    const secretRefs = [{ name: 'klaviyo', key: 'webhook-secret' }];
    const spec = { klaviyo: { secretRefs, actions: actionNames } };
    gateway.tenant('acme', { baseURL: sandbox.baseURL('acme'), spec });
  });
  afterEach(async () => {
    await sandbox.close();
    await gateway.stop();
    await folder.remove();
  });

  /** How many of each action Omneo holds under each id; an attribute has no id, and a value that says whose it is. */
  const held = (): Record<string, number> => {
    const counts: Record<string, number> = {};
    const count = (name: string): void => {
      counts[name] = (counts[name] ?? 0) + 1;
    };
    for (const name of heldNames) for (const id of sandbox[name]('acme').map(idIn)) count(`${name} ${id}`);
    for (const { handle, value } of sandbox.attributes('acme'))
      if (handle === value) count(`attributes ${handle}`);
    return counts;
  };

  it('make one of each for each id, once Omneo has come to itself', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `order-${index}`);
    const asked = ids.flatMap((id) =>
      actionNames.map((name) => ({ name, body: { id, ...ada, data: data[name](id) } })),
    );
    sandbox.setFaults(everything(0.2, { hangMs: 50, dripMs: 5, delayMs: 2 }));
    for (const { name, body } of asked) {
      const { status } = await gateway.post('acme', body, {}, name);
      expect(status).to.be.oneOf([200, 202]);
    }
    sandbox.setFaults([]);
    const wanted = Object.fromEntries(asked.map(({ name, body }) => [`${name} ${body.id}`, 1]));
    await eventually(() => {
      expect(held()).to.deep.equal(wanted);
    });
    for (const { name, body } of asked) {
      const { json } = await gateway.post('acme', body, {}, name);
      expect(json['status']).to.be.oneOf(['duplicate', 'accepted']);
    }
    expect(held()).to.deep.equal(wanted);
  });
});
