/** A gateway whose ledger was put back from a backup that is older than what was issued. */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Sandbox, startSandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/opensqlite.ts';
import { SqliteAddress } from '../../src/ledger/sqlite/address.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { newFolder, silent } from '../ledger/sqlite/bench.ts';
import { eventually } from '../support/eventually.ts';
import { type Gateway, type Reply, startGateway } from '../support/gateway.ts';
import { expectProblem } from '../support/problems.ts';
import { countsBy } from '../support/prometheus.ts';
import { webhook } from '../support/webhooks.ts';

const times = { leaseMs: 35_000, settleWindowMs: 120_000, retentionMs: 72 * 3_600_000 };

describe('A SQLite ledger that was restored from an older backup', () => {
  let folder: Awaited<ReturnType<typeof newFolder>>;
  let sandbox: Sandbox;
  let gateway: Gateway;

  const file = (): string => join(folder.path, 'ledger.db');
  const backup = (): string => join(folder.path, 'backup.db');

  const start = async (env: Record<string, string> = {}): Promise<void> => {
    const address = SqliteAddress.parse(`sqlite:${file()}`);
    const ledger = await openSqliteLedger({ address, times, clock: systemClock, log: silent });
    gateway = await startGateway(env, { ledger });
    gateway.tenant('acme', { baseURL: sandbox.baseURL('acme') });
  };
  /** Nothing is left in the log of a database that was closed, so its file alone is all of it. */
  const restart = async (env: Record<string, string> = {}): Promise<void> => {
    await gateway.stop();
    await start(env);
  };
  const restore = async (env: Record<string, string> = {}): Promise<void> => {
    await gateway.stop();
    await cp(backup(), file());
    await start(env);
  };
  const post = (body: unknown): Promise<Reply> => gateway.post('acme', body);
  const forgotten = async (): Promise<Record<string, number>> =>
    countsBy(await gateway.metrics(), 'omneo_gateway_ledger_forgotten_total', 'tenant');

  beforeEach(async () => {
    folder = await newFolder();
    sandbox = await startSandbox({ tenants: sample });
    await start();
    expect((await post(webhook({ id: 'before' }))).status).to.equal(200);
    await gateway.stop();
    await cp(file(), backup());
    await start();
  });
  afterEach(async () => {
    await sandbox.close();
    await gateway.stop();
    await folder.remove();
  });

  it('has the reward of an id found in Omneo, and counts once that it had forgotten it', async () => {
    const body = webhook({ id: 'after' });
    const first = await post(body);
    expect(first.json).to.include({ status: 'created' });
    await restore();
    for (const [copies, counted] of [
      ['the first copy', { acme: 1 }],
      ['the next one, which it knows again', { acme: 1 }],
    ] as const) {
      const reply = await post(body);
      expect(reply.status, copies).to.equal(200);
      expect(reply.json, copies).to.deep.equal({ ...first.json, status: 'duplicate' });
      expect(await forgotten(), copies).to.deep.equal(counted);
    }
    expect(sandbox.rewards('acme')).to.have.length(2);
  });

  it('counts it too when the webhook was answered before Omneo had shown the reward', async () => {
    const body = webhook({ id: 'after' });
    await post(body);
    await restore({ ANSWER_DEADLINE_MS: '100', UPSTREAM_TIMEOUT_MS: '5000' });
    sandbox.setFaults([{ kind: 'delay', ms: 250, operation: 'rewards.list', times: 1 }]);
    expectProblem(await post(body), 'upstream_unavailable');
    await eventually(async () => {
      expect(await forgotten()).to.deep.equal({ acme: 1 });
    });
    expect(sandbox.rewards('acme')).to.have.length(2);
  });

  it('counts nothing of what the backup knows', async () => {
    await restore();
    expect((await post(webhook({ id: 'before' }))).json).to.include({ status: 'duplicate', reward_id: 1 });
    expect(await forgotten()).to.deep.equal({});
  });

  it('counts nothing of what is new', async () => {
    await restore();
    expect((await post(webhook({ id: 'new' }))).json).to.include({ status: 'created' });
    expect(await forgotten()).to.deep.equal({});
  });

  it('counts nothing of what is new and answered before it is created', async () => {
    await restore({ ANSWER_DEADLINE_MS: '100', UPSTREAM_TIMEOUT_MS: '5000' });
    sandbox.setFaults([{ kind: 'delay', ms: 250, operation: 'rewards.create', times: 1 }]);
    expectProblem(await post(webhook({ id: 'new' })), 'upstream_unavailable');
    await eventually(() => {
      const settled = gateway.logs.find(({ msg }) => msg === 'webhook settled after its answer');
      expect(settled).to.include({ reward_id: 2 });
    });
    expect(await forgotten()).to.deep.equal({});
  });

  it('cannot notice that it has forgotten a webhook without an id, which is another reward', async () => {
    const body = webhook({ id: '' });
    await post(body);
    await restore();
    expect((await post(body)).json).to.include({ status: 'created' });
    expect(sandbox.rewards('acme')).to.have.length(3);
    expect(await forgotten()).to.deep.equal({});
  });

  it('cannot notice it where Omneo does not find the id, which is another reward', async () => {
    sandbox.setOption({ externalIdFilter: 'blind' });
    const body = webhook({ id: 'after' });
    await post(body);
    await restore();
    expect((await post(body)).json).to.include({ status: 'created' });
    expect(sandbox.rewards('acme')).to.have.length(3);
    expect(await forgotten()).to.deep.equal({});
  });

  describe('is told apart from one that was not, which', () => {
    it('answers after a restart from what it knows', async () => {
      const body = webhook({ id: 'after' });
      await post(body);
      await restart();
      expect((await post(body)).json).to.include({ status: 'duplicate' });
      expect(await forgotten()).to.deep.equal({});
    });

    it('has an entry for a create whose answer was lost', async () => {
      const body = webhook({ id: 'after' });
      sandbox.setFaults([
        { kind: 'reset', when: 'after', operation: 'rewards.create', times: 1 },
        { kind: 'error', status: 500, operation: 'rewards.list', times: 1, after: 1 },
      ]);
      expectProblem(await post(body), 'upstream_unavailable');
      expect((await post(body)).json).to.include({ status: 'duplicate', reward_id: 2 });
      expect(await forgotten()).to.deep.equal({});
    });
  });
});
