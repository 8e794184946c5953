/** What Klaviyo is told of how webhooks end: a gateway on a real SQLite file between the sandbox's Omneo and its Klaviyo. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { stringify } from 'yaml';
import { type Klaviyo, startKlaviyo } from '../../sandbox/klaviyo/klaviyo.ts';
import { type Sandbox, startSandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openKeyring } from '../../src/ledger/seal/openkeyring.ts';
import { SqliteAddress } from '../../src/ledger/sqlite/address.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/opensqlite.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { actionNames } from '../../src/tenants/actionnames.ts';
import { newFolder, silent } from '../ledger/sqlite/bench.ts';
import { decision } from '../support/deliveries.ts';
import { eventually } from '../support/eventually.ts';
import { type Gateway, secretOf, secretsOf, startGateway, tenantObject } from '../support/gateway.ts';
import { type GatewayProcess, spawnGateway } from '../support/process.ts';
import { samplesOf } from '../support/prometheus.ts';
import { ada, webhook } from '../support/webhooks.ts';

const apiKey = 'pk_of_the_tests_0123456789';
const times = { leaseMs: 1500, settleWindowMs: 300, retentionMs: 72 * 3_600_000 };
const env = {
  LEDGER_URL: 'sqlite:ledger.db',
  LEASE_MS: '1500',
  SETTLE_WINDOW_MS: '300',
  UPSTREAM_TIMEOUT_MS: '1000',
  ANSWER_DEADLINE_MS: '4500',
};

/** A tenant of the sandbox whose Klaviyo is told how webhooks end. */
const spec = {
  klaviyo: {
    secretRefs: [{ name: 'klaviyo', key: 'webhook-secret' }],
    events: { secretRef: { name: 'klaviyo' } },
  },
};
const secretsWith = (key: string | null) => ({
  klaviyo: { 'webhook-secret': secretOf('acme'), ...(key !== null && { 'api-key': key }) },
});

describe('A tenant whose Klaviyo is told how webhooks end', () => {
  let folder: Awaited<ReturnType<typeof newFolder>>;
  let sandbox: Sandbox;
  let klaviyo: Klaviyo;
  let gateway: Gateway;
  let ledger: Ledger;

  beforeEach(async () => {
    folder = await newFolder();
    sandbox = await startSandbox({ tenants: sample });
    klaviyo = await startKlaviyo({ keys: [apiKey] });
    const address = SqliteAddress.parse(`sqlite:${join(folder.path, 'ledger.db')}`);
    ledger = await openSqliteLedger({ address, times, clock: systemClock, log: silent });
    const keyring = await openKeyring({ address, keyFile: undefined, clock: systemClock, log: silent });
    // With so little jitter a pause of seconds is one of milliseconds.
    const parts = { ledger, random: () => 0.01, ...(keyring && { keyring }) };
    gateway = await startGateway({ ...env, KLAVIYO_API_URL: klaviyo.url }, parts);
    tenant();
  });
  afterEach(async () => {
    await sandbox.close();
    await klaviyo.close();
    await gateway.stop();
    await folder.remove();
  });

  const tenant = (key: string | null = apiKey, more: object = spec): void => {
    const baseURL = sandbox.baseURL('acme');
    gateway.tenant('acme', { baseURL, spec: more, secrets: secretsWith(key) });
  };
  const told = (count: number) =>
    eventually(() => {
      expect(klaviyo.events()).to.have.length(count);
      return klaviyo.events();
    }, 60_000);
  const lines = (result: string) =>
    gateway.logs.filter((line) => line['msg'] === 'klaviyo event' && line['result'] === result);
  const isIdle = async (): Promise<void> => {
    await eventually(async () => {
      expect(await ledger.deliveries?.outbox.counts()).to.deep.equal([]);
    }, 60_000);
  };

  it('has an event of an issued reward, with the customer, the reward and what it was for', async () => {
    const reply = await gateway.post('acme', webhook({ id: 'order-1' }));
    expect(reply.status).to.equal(200);
    const [event] = await told(1);
    expect(event).to.deep.include({
      metric: 'Omneo reward issued',
      identifiers: { email: ada.email },
      properties: { id: 'order-1', reward_definition_id: 42, amount: 10, reward_id: reply.json['reward_id'] },
    });
    expect(event?.uniqueId).to.match(/^acme\/rewards\/issued\/[-0-9a-f]{36}$/);
    expect(Date.now() - Date.parse(event?.time ?? '')).to.be.within(-1000, 60_000);
    await isIdle();
  });

  it('has an event of a webhook that is parked, once, though it is replayed and parked again', async () => {
    const lost = { person_id: '01NOBODY', email: 'nobody@example.com' };
    const reply = await gateway.post('acme', webhook({ id: 'order-1', ...lost }));
    expect(reply.status).to.equal(404);
    const deliveryId = String(reply.json['delivery_id']);
    const [event] = await told(1);
    expect(event).to.deep.include({
      metric: 'Omneo reward failed',
      identifiers: { email: lost.email },
      properties: {
        id: 'order-1',
        reward_definition_id: 42,
        amount: 10,
        reason: 'profile_not_found',
        delivery_id: deliveryId,
      },
      uniqueId: `acme/rewards/failed/${deliveryId}`,
    });
    await isIdle();
    await ledger.deliveries?.admin.replayOne(deliveryId, decision);
    await eventually(() => {
      expect(lines('sent')).to.have.length(2);
    });
    await told(1);
  });

  it('has an event of each action, and one each time that an attribute is set', async () => {
    tenant(apiKey, { klaviyo: { ...spec.klaviyo, actions: actionNames } });
    for (const [action, id, data] of [
      ['benefits', 'b-1', { benefit_definition_handle: 'birthday-gift' }],
      ['credits', 'c-1', { credit_definition_id: 7, amount: 10 }],
      ['interactions', 'i-1', { name: 'Opened', channel: 'email', action: 'view', signal: 1 }],
      ['attributes', 'a-1', { namespace: 'pet', handle: 'breed', value: 'beagle' }],
      ['attributes', 'a-2', { namespace: 'pet', handle: 'breed', value: 'poodle' }],
      ['attributes', 'a-3', { namespace: 'pet', handle: 'colour', value: 'brown' }],
    ] as const)
      await gateway.post('acme', { id, ...ada, data }, {}, action);
    const events = (await told(6)).map(({ metric, properties }) => `${String(properties['id'])}: ${metric}`);
    expect(events).to.have.members([
      'b-1: Omneo benefit issued',
      'c-1: Omneo credit issued',
      'i-1: Omneo interaction recorded',
      'a-1: Omneo attribute set',
      'a-2: Omneo attribute set',
      'a-3: Omneo attribute failed',
    ]);
    await isIdle();
  });

  it('has no event while a webhook is tried again, and one when it is issued', async () => {
    sandbox.setFaults([{ kind: 'error', status: 503, times: 4 }]);
    expect((await gateway.post('acme', webhook())).status).to.equal(202);
    const [event] = await told(1);
    expect(event?.metric).to.equal('Omneo reward issued');
    await isIdle();
  });

  it('has one event of a reward, however often its webhook comes', async () => {
    const body = webhook();
    for (const status of ['created', 'duplicate'])
      expect((await gateway.post('acme', body)).json['status']).to.equal(status);
    await told(1);
    await isIdle();
    expect(klaviyo.answers()).to.deep.equal([202]);
  });

  it('has no event of a reward that was there before its webhook came', async () => {
    tenant(null, {});
    await gateway.post('acme', webhook({ id: 'before' }));
    expect(sandbox.rewards('acme').map(({ external_id: id }) => id)).to.deep.equal(['before']);
    tenant();
    expect((await gateway.post('acme', webhook({ id: 'before' }))).json['status']).to.equal('duplicate');
    await gateway.post('acme', webhook({ id: 'after' }));
    const [event] = await told(1);
    expect(event?.properties['id']).to.equal('after');
  });

  it('has no event of what is refused at the door, or rehearsed', async () => {
    expect((await gateway.post('acme', webhook({}, { amount: 'ten' }))).status).to.equal(400);
    expect((await gateway.post('acme', webhook(), { 'x-omneo-secret': 'wrong' })).status).to.equal(401);
    await gateway.post('acme', webhook({ id: 'last' }));
    expect((await told(1))[0]?.properties['id']).to.equal('last');
  });

  it('is answered as ever while Klaviyo fails, and told again once it is back', async () => {
    klaviyo.setFault({ kind: 'error', status: 503 });
    expect((await gateway.post('acme', webhook())).status).to.equal(200);
    await eventually(() => {
      expect(lines('unavailable').length).to.be.at.least(1);
    });
    klaviyo.setFault(null);
    expect((await gateway.post('acme', webhook({ id: 'next' }))).status).to.equal(200);
    expect((await told(1))[0]?.properties['id']).to.equal('next');
    expect(sandbox.rewards('acme')).to.have.length(2);
    // The first one has its turn again when its lease is over.
    await eventually(async () => {
      expect((await ledger.deliveries?.outbox.counts())?.map(({ count }) => count)).to.deep.equal([1]);
    });
  });

  it('uses a key that has changed at once, with no restart', async () => {
    tenant('pk_that_is_old');
    await gateway.post('acme', webhook());
    await eventually(() => {
      expect(lines('refused')[0]).to.include({ code: 401, problem: 'authentication_failed', level: 'warn' });
    });
    tenant(apiKey);
    await gateway.post('acme', webhook({ id: 'next' }));
    expect((await told(1))[0]?.properties['id']).to.equal('next');
  });

  it('is served without its key, and told of what ended meanwhile once it is there', async () => {
    tenant(null);
    expect((await gateway.post('acme', webhook())).status).to.equal(200);
    await eventually(() => {
      const found = gateway.logs.find(({ msg }) => String(msg).startsWith('Klaviyo cannot be told'));
      expect(found).to.include({ tenant: 'acme', reason: 'SecretKeyMissing' });
    });
    tenant();
    await told(1);
  });

  it('gives up an event that Klaviyo will never take, and says where the fault is and nothing of the person', async () => {
    const odd = { person_id: '01NOBODY', email: 'ada@localhost' };
    expect((await gateway.post('acme', webhook(odd))).status).to.be.oneOf([400, 404]);
    await eventually(() => {
      const [line] = lines('rejected');
      expect(line).to.include({ code: 400, problem: 'invalid', outcome: 'parked' });
      expect(line?.['pointer']).to.equal('/data/attributes/profile/data/attributes/email');
      expect(JSON.stringify(line)).not.to.include('localhost');
    });
    await isIdle();
  });

  it('counts what came of each event', async () => {
    await gateway.post('acme', webhook());
    await told(1);
    await eventually(async () => {
      const samples = samplesOf(await gateway.metrics(), 'omneo_gateway_klaviyo_events_total');
      expect(samples).to.deep.include({ labels: { tenant: 'acme', result: 'sent' }, value: 1 });
    });
  });
});

describe('A gateway that is killed between a reward and its event', () => {
  let folder: Awaited<ReturnType<typeof newFolder>>;
  let sandbox: Sandbox;
  let klaviyo: Klaviyo;
  let running: GatewayProcess | undefined;

  beforeEach(async () => {
    folder = await newFolder();
    sandbox = await startSandbox({ tenants: sample });
    klaviyo = await startKlaviyo({ keys: [apiKey] });
    const secrets = Object.entries({ ...secretsOf('acme'), ...secretsWith(apiKey) });
    const objects = secrets.map(([name, stringData]) => {
      return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData };
    });
    const object = tenantObject('acme', { baseURL: sandbox.baseURL('acme'), spec });
    const manifests = [object, ...objects].map((each) => stringify(each)).join('---\n');
    await writeFile(join(folder.path, 'acme.yaml'), manifests);
  });
  afterEach(async () => {
    running?.child.kill('SIGKILL');
    await running?.exited;
    await sandbox.close();
    await klaviyo.close();
    await folder.remove();
  });

  const start = async (): Promise<string> => {
    running = spawnGateway({
      ...env,
      LEDGER_URL: `sqlite:${join(folder.path, 'ledger.db')}`,
      TENANTS_DIR: folder.path,
      KLAVIYO_API_URL: klaviyo.url,
      ALLOW_INSECURE_UPSTREAM: 'true',
    });
    const { port } = await running.said('listening');
    return `http://127.0.0.1:${String(port)}/acme/api/v1/webhooks/klaviyo/rewards`;
  };
  const kill = async (): Promise<void> => {
    running?.child.kill('SIGKILL');
    await running?.exited;
  };
  const post = async (url: string): Promise<number> => {
    const headers = { 'content-type': 'application/json', 'x-omneo-secret': secretOf('acme') };
    return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(webhook()) })).status;
  };
  const toldOnce = () =>
    eventually(() => {
      expect(klaviyo.events().map(({ metric }) => metric)).to.deep.equal(['Omneo reward issued']);
    }, 90_000);

  it('has it sent by the next one', async () => {
    klaviyo.setFault({ kind: 'error', status: 503 });
    expect(await post(await start())).to.equal(200);
    await kill();
    expect(klaviyo.events()).to.deep.equal([]);
    klaviyo.setFault(null);
    await start();
    await toldOnce();
    expect(sandbox.rewards('acme')).to.have.length(1);
  });

  it('has it recorded once, though it was sent before and nobody knew', async function () {
    // The next gateway waits until the lease of the first is over.
    this.timeout(120_000);
    klaviyo.setFault({ kind: 'lost' });
    expect(await post(await start())).to.equal(200);
    await eventually(() => {
      expect(klaviyo.answers()).to.include('lost');
    });
    await kill();
    klaviyo.setFault(null);
    await start();
    await eventually(() => {
      expect(klaviyo.answers()).to.include(202);
    }, 90_000);
    await toldOnce();
  });
});
