/** Durable delivery, from the webhook to the reward: a gateway on a real SQLite file in front of the sandbox. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import { type Sandbox, startSandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import type { DeliveryLedger } from '../../src/ledger/deliveries/deliveries.ts';
import type { ClaimResult, Ledger } from '../../src/ledger/ledger.ts';
import { openKeyring } from '../../src/ledger/seal/openkeyring.ts';
import { SqliteAddress } from '../../src/ledger/sqlite/address.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/opensqlite.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { newFolder, silent } from '../ledger/sqlite/bench.ts';
import { WrappedLedger } from '../ledger/wrapped.ts';
import { decision } from '../support/deliveries.ts';
import { eventually } from '../support/eventually.ts';
import { type Gateway, type Reply, type TenantOptions, startGateway } from '../support/gateway.ts';
import { webhook } from '../support/webhooks.ts';

const settleWindowMs = 300;
const times = { leaseMs: 1500, settleWindowMs, retentionMs: 72 * 3_600_000 };
const env = {
  LEDGER_URL: 'sqlite:ledger.db',
  LEASE_MS: '1500',
  SETTLE_WINDOW_MS: String(settleWindowMs),
  UPSTREAM_TIMEOUT_MS: '1000',
  ANSWER_DEADLINE_MS: '600',
};

/** A ledger that answers its claims late. */
class SlowLedger extends WrappedLedger {
  readonly deliveries: DeliveryLedger;
  /** Of each answer that was recorded whether it was sent. */
  readonly answers: boolean[] = [];
  readonly #ms: number;

  constructor(ledger: Ledger, ms: number) {
    super(ledger);
    if (ledger.deliveries === undefined) throw new Error('SQLite keeps deliveries');
    this.deliveries = ledger.deliveries;
    this.#ms = ms;
  }

  override async claim(...args: Parameters<Ledger['claim']>): Promise<ClaimResult> {
    const claimed = await super.claim(...args);
    await systemClock.sleep(this.#ms);
    return claimed;
  }

  override recordAnswer(...args: Parameters<Ledger['recordAnswer']>): Promise<void> {
    this.answers.push(args[2].isSent);
    return super.recordAnswer(...args);
  }
}

describe('A tenant whose delivery is durable', () => {
  let folder: Awaited<ReturnType<typeof newFolder>>;
  let sandbox: Sandbox;
  let gateway: Gateway;
  let deliveries: DeliveryLedger;

  const file = (): string => join(folder.path, 'ledger.db');
  const openLedger = (): Promise<Ledger> => {
    const address = SqliteAddress.parse(`sqlite:${file()}`);
    return openSqliteLedger({ address, times, clock: systemClock, log: silent });
  };
  const start = async (more: Record<string, string> = {}, given?: Ledger): Promise<void> => {
    const address = SqliteAddress.parse(`sqlite:${file()}`);
    const ledger = given ?? (await openLedger());
    const keyring = await openKeyring({ address, keyFile: undefined, clock: systemClock, log: silent });
    if (keyring === undefined || ledger.deliveries === undefined)
      throw new Error('SQLite makes its key, and keeps deliveries');
    ({ deliveries } = ledger);
    // With so little jitter a pause of seconds is one of milliseconds.
    const random = (): number => 0.01;
    gateway = await startGateway({ ...env, ...more }, { ledger, keyring, random });
    tenant();
  };
  const tenant = (spec: object = {}, more: Partial<TenantOptions> = {}): void => {
    gateway.tenant('acme', { baseURL: sandbox.baseURL('acme'), spec, ...more });
  };
  const post = (body: unknown, headers: Record<string, string> = {}): Promise<Reply> =>
    gateway.post('acme', body, headers);
  const rewards = (): number => sandbox.rewards('acme').length;
  const issued = (count: number): Promise<void> =>
    eventually(() => {
      expect(rewards()).to.equal(count);
      const lines = gateway.logs.filter(({ msg, result }) => msg === 'delivery' && result === 'issued');
      expect(lines.length + gateway.logs.filter(({ outcome }) => outcome === 'granted').length).to.equal(
        count,
      );
    });
  const replayed = (): Promise<number> =>
    deliveries.admin.replayAll({ tenants: ['acme'], reason: 'not_allowed' }, decision, 1000);
  const expectAccepted = (reply: Reply): string => {
    expect(reply.status, reply.text).to.equal(202);
    expect(Object.keys(reply.json)).to.have.members(['status', 'delivery_id', 'external_id']);
    expect(reply.json['status']).to.equal('accepted');
    return String(reply.json['delivery_id']);
  };

  beforeEach(async () => {
    folder = await newFolder();
    sandbox = await startSandbox({ tenants: sample });
    await start();
  });
  afterEach(async () => {
    await sandbox.close();
    await gateway.stop();
    await folder.remove();
  });

  it('still answers 200 when the reward exists by the deadline', async () => {
    const reply = await post(webhook({ id: 'a' }));
    expect(reply.status).to.equal(200);
    expect(reply.json).to.include({ status: 'created', external_id: 'a' });
    expect((await post(webhook({ id: 'a' }))).json).to.include({ status: 'duplicate' });
  });

  for (const [what, fault] of [
    ['throttles', { kind: 'throttle', retryAfter: null }],
    ['is unavailable', { kind: 'error', status: 503 }],
    ['breaks the connection', { kind: 'reset' }],
    ['refuses the token', { kind: 'unauthorized' }],
  ] as const)
    it(`accepts when Omneo ${what} for a while, and issues once`, async () => {
      sandbox.setFaults([{ ...fault, times: 3 }]);
      expectAccepted(await post(webhook({ id: 'a' })));
      await issued(1);
      expect((await post(webhook({ id: 'a' }))).json).to.include({ status: 'duplicate' });
    });

  it('accepts when Omneo does not answer in time, and settles it', async () => {
    sandbox.setFaults([{ kind: 'hang', operation: 'rewards.create', when: 'after', times: 1 }]);
    expectAccepted(await post(webhook({ id: 'proof' })));
    sandbox.setFaults([]);
    await eventually(async () => {
      expect((await post(webhook({ id: 'proof' }))).json).to.include({ status: 'duplicate' });
    });
    expect(rewards()).to.equal(1);
  });

  it('issues what may not be created a second time yet as soon as Omneo has shown that it finds such a reward', async () => {
    sandbox.setFaults([{ kind: 'reset', operation: 'rewards.create', when: 'before', times: 1 }]);
    expectAccepted(await post(webhook({ id: 'a' })));
    await eventually(() => {
      const looked = gateway.logs.filter(({ msg, reason }) => msg === 'delivery' && reason === 'unconfirmed');
      expect(looked).not.to.deep.equal([]);
    });
    expect((await post(webhook({ id: 'b' }))).status).to.equal(200);
    await issued(2);
  });

  it('names in its log why it could not be issued at once, and why each further attempt failed', async () => {
    sandbox.setFaults([{ kind: 'error', status: 503, times: 4 }]);
    const id = expectAccepted(await post(webhook({ id: 'a' })));
    await issued(1);
    const lines = gateway.logs.filter(({ delivery_id }) => delivery_id === id);
    const failed = lines.filter(({ outcome, result }) => outcome === 'accepted' || result === 'postponed');
    expect(failed.length).to.be.at.least(2);
    for (const line of failed) expect(line['error']).to.match(/^Omneo answered 503/);
    expect(lines.at(-1)).to.include({ result: 'issued', error: null });
  });

  it('answers a copy of what waits with the same delivery', async () => {
    sandbox.setFaults([{ kind: 'throttle', retryAfter: 3600 }]);
    const first = expectAccepted(await post(webhook({ id: 'a' })));
    expect(expectAccepted(await post(webhook({ id: 'a' })))).to.equal(first);
    expect(expectAccepted(await post(webhook({ id: 'b' })))).not.to.equal(first);
  });

  it('refuses another webhook under the id of one that waits, and parks it', async () => {
    sandbox.setFaults([{ kind: 'throttle', retryAfter: 3600 }]);
    const first = expectAccepted(await post(webhook({ id: 'a' })));
    const reply = await post(webhook({ id: 'a' }, { amount: 11 }));
    expect(reply.status).to.equal(422);
    expect(reply.json).to.include({ code: 'id_reused' });
    expect(reply.json['delivery_id']).to.be.a('string').and.not.equal(first);
  });

  describe('a webhook without an id', () => {
    const anonymous = webhook({ id: undefined });

    it('is another one once 202 was sent, and each is issued once', async () => {
      sandbox.setFaults([{ kind: 'error', status: 503 }]);
      const first = expectAccepted(await post(anonymous));
      await eventually(async () => {
        expect(expectAccepted(await post(anonymous))).not.to.equal(first);
      });
      const ids = new Set([first]);
      sandbox.setFaults([]);
      await eventually(() => {
        const done = gateway.logs.filter(({ msg, result }) => msg === 'delivery' && result === 'issued');
        for (const { delivery_id: id } of done) ids.add(String(id));
        expect(done.length).to.be.at.least(2);
        expect(rewards()).to.equal(done.length);
      });
      expect(new Set(sandbox.rewards('acme').map(({ external_id: id }) => id)).size).to.equal(rewards());
    });

    it('is the same for a caller that was told to come back before the ledger had answered', async () => {
      await gateway.stop();
      const slow = new SlowLedger(await openLedger(), 700);
      await start({}, slow);
      sandbox.setFaults([{ kind: 'error', status: 503 }]);
      expect((await post(anonymous)).status).to.equal(503);
      await eventually(() => {
        expect(slow.answers).to.deep.equal([false]);
      });
    });
  });

  for (const [what, body, status, code] of [
    [
      'whose profile is not there',
      webhook({ person_id: '01NOBODY', email: 'no@example.com' }),
      404,
      'profile_not_found',
    ],
    ['that Omneo rejects', webhook({}, { reward_definition_id: 999_999 }), 422, 'reward_rejected'],
    ['that is no valid payload', webhook({}, { amount: 'NaN' }), 400, 'invalid_payload'],
    ['that is no JSON', '{"id": ', 400, 'invalid_json'],
  ] as const)
    it(`parks a webhook ${what}, and says so`, async () => {
      const reply = await post(body);
      expect(reply.status).to.equal(status);
      expect(reply.json).to.include({ code });
      expect(reply.json['delivery_id']).to.be.a('string');
      const again = await post(body);
      expect(again.json).to.include({ code, delivery_id: reply.json['delivery_id'] });
    });

  describe('beyond the limits of its tenant', () => {
    const limits = { rewardDefinitions: [42], maxAmount: 10 };

    for (const [what, data] of [
      ['of another definition', { reward_definition_id: 6 }],
      ['of more than the most', { amount: 10.01 }],
    ] as const)
      it(`parks a webhook ${what}, and judges it by the limits of then when it is replayed`, async () => {
        tenant({ limits });
        const reply = await post(webhook({ id: 'a' }, data));
        expect(reply.status).to.equal(422);
        expect(reply.json).to.include({ code: 'not_allowed' });
        expect(sandbox.rewards('acme')).to.deep.equal([]);
        expect(await replayed()).to.equal(1);
        await eventually(() => {
          const parked = gateway.logs.filter(({ msg, result }) => msg === 'delivery' && result === 'parked');
          expect(parked).to.have.length(1);
        });
        tenant();
        expect(await replayed()).to.equal(1);
        await issued(1);
      });

    it('answers a copy of what was issued before them as a duplicate, and creates no other', async () => {
      const body = webhook();
      const first = await post(body);
      tenant({ limits: { maxAmount: 1 } });
      const copy = await post(body);
      expect(copy.status).to.equal(200);
      expect(copy.json).to.deep.equal({ ...first.json, status: 'duplicate' });
      expect(sandbox.rewards('acme')).to.have.length(1);
    });

    it('answers such a copy so when the ledger has forgotten it too', async () => {
      const body = webhook();
      const first = await post(body);
      await gateway.stop();
      await folder.remove();
      folder = await newFolder();
      await start();
      tenant({ limits: { maxAmount: 1 } });
      expect((await post(body)).json).to.deep.equal({ ...first.json, status: 'duplicate' });
    });
  });

  it('parks a webhook that is outside of the scope of its secret, and issues it when a person replays it', async () => {
    const secretRefs = [{ name: 'klaviyo', key: 'webhook-secret', rewardDefinitions: [6] }];
    tenant({ klaviyo: { secretRefs } });
    const reply = await post(webhook({ id: 'a' }));
    expect(reply.status).to.equal(422);
    expect(reply.json).to.include({ code: 'not_allowed' });
    expect(reply.json['delivery_id']).to.be.a('string');
    expect(sandbox.rewards('acme')).to.deep.equal([]);
    expect(await replayed()).to.equal(1);
    await issued(1);
  });

  it('issues what was accepted while its secret might be used for it, whatever its scope is by then', async () => {
    sandbox.setFaults([{ kind: 'error', status: 503 }]);
    expectAccepted(await post(webhook({ id: 'a' })));
    tenant({ klaviyo: { secretRefs: [{ name: 'klaviyo', key: 'webhook-secret', rewardDefinitions: [6] }] } });
    sandbox.setFaults([]);
    await issued(1);
  });

  it('issues what comes again while it is parked, and is accepted then', async () => {
    const late = webhook({ id: 'a', person_id: '01LATER', email: 'later@example.com' });
    const parked = await post(late);
    expect(parked.status).to.equal(404);
    sandbox.addProfiles('acme', [{ email: 'later@example.com' }]);
    sandbox.setFaults([{ kind: 'error', status: 503 }]);
    expect(expectAccepted(await post(late))).to.equal(parked.json['delivery_id']);
    sandbox.setFaults([]);
    await issued(1);
  });

  it('leaves no trace of a stranger, nor of a wrong secret', async () => {
    // All but the ledger's time, which goes on by itself.
    const rows = (): unknown[] => {
      const database = new DatabaseSync(file(), { readOnly: true });
      try {
        return ['entries', 'facts'].flatMap((table) => database.prepare(`SELECT * FROM ${table}`).all());
      } finally {
        database.close();
      }
    };
    for (const secret of ['wrong', '']) {
      const reply = await post(webhook({ id: 'a' }), { 'x-omneo-secret': secret });
      expect(reply.status).to.equal(401);
    }
    expect((await gateway.post('nobody', '{')).status).to.equal(401);
    expect(rows()).to.deep.equal([]);
    // They would be there.
    expect((await post(webhook({ id: 'a' }))).status).to.equal(200);
    expect(rows()).to.have.length.above(0);
  });

  it('writes nothing of a webhook to the disk that can be read without its key', async () => {
    sandbox.setFaults([{ kind: 'throttle', retryAfter: 3600 }]);
    expectAccepted(await post(webhook({ id: 'id-of-ada' }, { meta: { flow: 'winback-flow' } })));
    const stored = Buffer.concat([await readFile(file()), await readFile(`${file()}-wal`)]).toString(
      'latin1',
    );
    for (const value of ['ada@example.com', '01ACMEADA', 'id-of-ada', 'winback-flow'])
      expect(stored).not.to.include(value);
    expect(stored).to.include('"amount":10');
  });

  it('accepts while it is suspended, and issues once it is served again', async () => {
    tenant({ suspend: true });
    const id = expectAccepted(await post(webhook({ id: 'a' })));
    expect(expectAccepted(await post(webhook({ id: 'a' })))).to.equal(id);
    expect(rewards()).to.equal(0);
    tenant();
    await issued(1);
  });

  it('issues what it accepted while the credentials were wrong once they are mended', async () => {
    const wrong = { omneo: { token: 'wrong' } };
    tenant({}, { secrets: wrong });
    expectAccepted(await post(webhook({ id: 'a' })));
    tenant();
    await issued(1);
  });

  it('waits for a profile that comes later, if it is told to', async () => {
    tenant({ delivery: { profileNotFound: 'Wait' } });
    expectAccepted(await post(webhook({ person_id: '01LATER', email: 'later@example.com' })));
    sandbox.addProfiles('acme', [
      {
        id: '01LATERPROFILE',
        email: 'later@example.com',
        identities: [{ handle: 'klaviyo', identifier: '01LATER' }],
      },
    ]);
    await issued(1);
  });

  it('is issued once when what Omneo refused is mended there and the delivery is replayed', async () => {
    const reply = await post(webhook({ id: 'a' }, { reward_definition_id: 7001 }));
    expect(reply.status).to.equal(422);
    const deliveryId = String(reply.json['delivery_id']);
    sandbox.addDefinitions('acme', [{ id: 7001, handle: 'late' }]);
    expect(await deliveries.admin.replayOne(deliveryId, decision)).to.equal(true);
    await issued(1);
    expect(sandbox.rewards('acme')[0]).to.include({ external_id: 'a' });
  });

  it('replays an invalid payload once its tenant takes it, under the id that it has', async () => {
    const body = { ...webhook({ id: 'a' }), email: undefined };
    expect((await post(body)).status).to.equal(400);
    tenant({ klaviyo: { secretRefs: [{ name: 'klaviyo', key: 'webhook-secret' }], identifiers: 'any' } });
    expect(await deliveries.admin.replayAll({ tenants: ['acme'] }, decision, 1000)).to.equal(1);
    await issued(1);
    expect((await post(body)).json).to.include({ status: 'duplicate', external_id: 'a' });
    expect(await deliveries.counts()).to.deep.equal([]);
  });

  it('is delivered by the next process when this one stops before', async () => {
    sandbox.setFaults([{ kind: 'error', status: 503 }]);
    for (const id of ['a', 'b', 'c']) expectAccepted(await post(webhook({ id })));
    await gateway.stop();
    sandbox.setFaults([]);
    await start();
    await issued(3);
  });

  it('issues nothing again that waits in an older copy of its ledger', async () => {
    sandbox.setFaults([{ kind: 'error', status: 503 }]);
    expectAccepted(await post(webhook({ id: 'order-7' })));
    await gateway.stop();
    const copy = await readFile(file());
    sandbox.setFaults([]);
    await start();
    await issued(1);
    await gateway.stop();
    await writeFile(file(), copy);
    await start();
    await eventually(() => {
      const done = gateway.logs.filter(({ msg, result }) => msg === 'delivery' && result === 'issued');
      expect(done).to.have.length(1);
    });
    expect(rewards()).to.equal(1);
  });

  it('answers 200 instead, if that is set', async () => {
    await gateway.stop();
    await start({ ACCEPTED_STATUS: '200' });
    sandbox.setFaults([{ kind: 'throttle', retryAfter: 3600 }]);
    const reply = await post(webhook({ id: 'a' }));
    expect(reply.status).to.equal(200);
    expect(reply.json).to.include({ status: 'accepted' });
  });

  it('accepts what finds no place among its own webhooks', async () => {
    await gateway.stop();
    await start({ MAX_CONCURRENT_PER_TENANT: '1', ANSWER_DEADLINE_MS: '4500' });
    sandbox.setFaults([{ kind: 'delay', ms: 200 }]);
    const replies = await Promise.all(['a', 'b', 'c', 'd'].map((id) => post(webhook({ id }))));
    expect(replies.map(({ status }) => status).sort()).to.deep.equal([200, 202, 202, 202]);
    sandbox.setFaults([]);
    await issued(4);
  });

  it('does as ever when its delivery is synchronous', async () => {
    tenant({ delivery: { mode: 'Synchronous' } });
    sandbox.setFaults([{ kind: 'error', status: 503, times: 10 }]);
    const reply = await post(webhook({ id: 'a' }));
    expect(reply.status).to.equal(502);
    expect(reply.json).not.to.have.property('delivery_id');
    expect((await post(webhook({}, { amount: 'NaN' }))).json).not.to.have.property('delivery_id');
  });
});
