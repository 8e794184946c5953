import { expect } from 'chai';
import type { Claim, Ledger } from '../../../src/ledger/ledger.ts';
import type { ResultRow } from '../../../src/ledger/postgres/database.ts';
import { PostgresLedger } from '../../../src/ledger/postgres/postgres.ts';
import { migrate } from '../../../src/ledger/postgres/migrate.ts';
import { statements } from '../../../src/ledger/postgres/statements.ts';
import { readSql } from '../../../src/ledger/sql.ts';
import { writeReceipt } from '../../../src/ledger/receipttext.ts';
import { claimOf, entryOf, receipt, times } from '../contract.ts';
import { decision } from '../../support/deliveries.ts';
import { deliveryOf } from '../deliverycontract.ts';
import { PGliteDatabase, makeOn, stillClock } from './pglite.ts';

/** A gateway of the release that knows the first migration only, by the statements that it sends. */
class ReleaseBefore {
  readonly #database: PGliteDatabase;

  constructor(database: PGliteDatabase) {
    this.#database = database;
  }

  async claim(key: string, owner: string, generatedId: string | null = null): Promise<ResultRow> {
    const { leaseMs, settleWindowMs, retentionMs } = times;
    const { fingerprint } = entryOf('');
    const [answer] = await this.#database.query(
      'SELECT * FROM omneo_gateway.claim($1, $2, $3, $4, $5, $6, $7)',
      [...[key, fingerprint, generatedId, owner, leaseMs, settleWindowMs, retentionMs]],
    );
    return answer!;
  }

  async release(key: string, owner: string): Promise<void> {
    await this.#database.query(
      `WITH deleted AS (
        DELETE FROM omneo_gateway.entries WHERE key = $1 AND owner = $2 AND receipt IS NULL AND attempted_at IS NULL
      )
      UPDATE omneo_gateway.entries SET owner = NULL, lease_ends_at = NULL
      WHERE key = $1 AND owner = $2 AND receipt IS NULL AND attempted_at IS NOT NULL`,
      [key, owner],
    );
  }

  async markUnconfirmed(key: string, owner: string, attempt: string): Promise<void> {
    await this.#database.query(
      `UPDATE omneo_gateway.entries SET
        owner = NULL,
        lease_ends_at = NULL,
        attempted_at = omneo_gateway.clock(),
        attempt = $4,
        expires_at = omneo_gateway.clock() + omneo_gateway.in_ms($3)
      WHERE key = $1 AND owner = $2 AND receipt IS NULL AND expires_at > omneo_gateway.clock()`,
      [key, owner, times.retentionMs, attempt],
    );
  }

  async settle(key: string, owner: string): Promise<void> {
    await this.#database.query(
      `UPDATE omneo_gateway.entries SET
        expires_at = omneo_gateway.clock() + omneo_gateway.in_ms($3),
        receipt = $4, lease_ends_at = NULL, attempted_at = NULL
      WHERE key = $1 AND owner = $2 AND receipt IS NULL AND expires_at > omneo_gateway.clock()`,
      [key, owner, times.retentionMs, writeReceipt(receipt)],
    );
  }
}

/** The statements about deliveries of the release that knows the first two migrations, where this one has others. */
const secondRelease = {
  replay: `UPDATE omneo_gateway.entries AS entry SET
      parked = false, reason = 'replayed', due_at = omneo_gateway.clock(), since = omneo_gateway.clock(), attempts = 0,
      expires_at = 'infinity'
    FROM (
      SELECT e.key FROM omneo_gateway.entries AS e
      WHERE e.tenant = $1 AND e.parked AND e.expires_at > omneo_gateway.clock() FOR UPDATE SKIP LOCKED
    ) AS parked
    WHERE entry.key = parked.key RETURNING entry.key`,
  postpone: `UPDATE omneo_gateway.entries SET
      owner = NULL, lease_ends_at = NULL, reason = $3, due_at = omneo_gateway.clock() + omneo_gateway.in_ms($4)
    WHERE key = $1 AND owner = $2 AND receipt IS NULL AND delivery_id IS NOT NULL RETURNING key`,
  park: `UPDATE omneo_gateway.entries SET
      owner = NULL, lease_ends_at = NULL, reason = $3, parked = true, due_at = NULL,
      expires_at = omneo_gateway.clock() + omneo_gateway.in_ms($4)
    WHERE key = $1 AND owner = $2 AND receipt IS NULL AND delivery_id IS NOT NULL RETURNING key`,
  settle: `UPDATE omneo_gateway.entries SET
      expires_at = omneo_gateway.clock() + omneo_gateway.in_ms($3), receipt = $4, lease_ends_at = NULL,
      attempted_at = NULL, webhook = NULL, due_at = NULL
    WHERE key = $1 AND owner = $2 AND receipt IS NULL AND expires_at > omneo_gateway.clock() RETURNING key`,
} as const;

const { key } = entryOf('a');

describe('A migration of a Postgres ledger', () => {
  it('waits no longer for a table than webhooks can wait behind it', async () => {
    const database = await PGliteDatabase.open();
    let timeout: unknown;
    await database.transaction(async (query) => {
      await query(statements.beginMigration);
      [timeout] = await query('SHOW lock_timeout', []);
    });
    expect(timeout).to.deep.equal({ lock_timeout: '1500ms' });
    await database.end();
  });
});

describe('The third migration of a Postgres ledger, with a gateway of the release before beside it', () => {
  let database: PGliteDatabase;
  let ledger: Ledger;
  let deliveries: NonNullable<Ledger['deliveries']>;
  let claim: Claim;
  const entry = { ...entryOf('a'), delivery: deliveryOf('d-1') };
  const old = (name: keyof typeof secondRelease, ...values: (string | number)[]) =>
    database.query(secondRelease[name], values);
  const state = async (): Promise<string | undefined> => (await deliveries.admin.find('d-1'))?.record.state;

  before(async () => {
    database = await PGliteDatabase.open();
  });
  after(() => database.end());
  beforeEach(async () => {
    ({ ledger } = await makeOn(database, { times }));
    deliveries = ledger.deliveries!;
    claim = claimOf(await ledger.claim(entry));
  });

  it('shows what that one has written in its state, with the events that are known', async () => {
    expect(await state()).to.equal('pending');
    await old('postpone', key, claim.owner, 'throttled', 0);
    expect(await state()).to.equal('waiting');
    const [first] = await deliveries.takeDue('acme', 1);
    await old('park', key, first!.held.claim.owner, 'rejected', 60_000);
    expect(await state()).to.equal('parked');
    expect(await old('replay', 'acme')).to.have.length(1);
    expect(await state()).to.equal('waiting');
    const [second] = await deliveries.takeDue('acme', 1);
    await old('settle', key, second!.held.claim.owner, 1000, writeReceipt(receipt));
    const found = await deliveries.admin.find('d-1');
    expect(found?.record).to.include({ state: 'issued', hasWebhook: false }).and.deep.include({ receipt });
    expect(found?.events.map(({ kind }) => kind)).to.deep.equal(['arrived']);
  });

  it('keeps what is discarded from that one: it is not parked, waits for nothing, and is due for nobody', async () => {
    await deliveries.park(claim, { reason: 'rejected', keepMs: 60_000 });
    await deliveries.admin.discardOne('d-1', decision);
    expect(await old('replay', 'acme')).to.have.length(0);
    expect(await old('postpone', key, claim.owner, 'throttled', 0)).to.have.length(0);
    expect(await old('settle', key, claim.owner, 1000, writeReceipt(receipt))).to.have.length(0);
    // These are as that release has them.
    expect(await deliveries.counts()).to.deep.equal([]);
    expect(await deliveries.dueTenants()).to.deep.equal([]);
    expect(await deliveries.wake('acme', ['throttled'])).to.equal(0);
    expect(await deliveries.takeDue('acme', 10)).to.deep.equal([]);
    expect(await state()).to.equal('discarded');
    expect(await new ReleaseBefore(database).claim(key, 'old')).to.include({ result: 'busy' });
  });

  it('keeps a discarded delivery claimable, whose webhook that one brings anew', async () => {
    await deliveries.park(claim, { reason: 'rejected', keepMs: 60_000 });
    await deliveries.admin.discardOne('d-1', decision);
    const again = await ledger.claim({ ...entry, delivery: deliveryOf('d-2') });
    await old('park', key, claimOf(again).owner, 'gave_up', 60_000);
    expect(await old('replay', 'acme')).to.have.length(1);
    expect(await state()).to.equal('waiting');
  });

  it('rounds the time that that one writes to milliseconds, by which a list is read on', async () => {
    await deliveries.park(claim, { reason: 'rejected', keepMs: 60_000 });
    await database.setTime(1_800_000_000_000.4);
    await old('replay', 'acme');
    expect((await deliveries.admin.find('d-1'))?.record.since).to.equal(1_800_000_000_000);
  });
});

describe('The sixth migration of a Postgres ledger, with a gateway of a release before beside it', () => {
  let database: PGliteDatabase;
  let ledger: Ledger;
  let deliveries: NonNullable<Ledger['deliveries']>;
  let claim: Claim;
  const old = (name: keyof typeof secondRelease, ...values: (string | number)[]) =>
    database.query(secondRelease[name], values);
  const taken = async (): Promise<readonly string[]> =>
    (await deliveries.outbox.take('acme', 10, 1000)).map(
      ({ outcome, webhook }) => `${outcome.kind} ${webhook.length}`,
    );

  before(async () => {
    database = await PGliteDatabase.open();
  });
  after(() => database.end());
  beforeEach(async () => {
    ({ ledger } = await makeOn(database, { times }));
    deliveries = ledger.deliveries!;
    claim = claimOf(await ledger.claim({ ...entryOf('a'), delivery: deliveryOf('d-1') }));
  });

  it('has nothing in the outbox of what that one settles or parks', async () => {
    await old('park', key, claim.owner, 'rejected', 60_000);
    expect(await taken()).to.deep.equal([]);
    await old('replay', 'acme');
    const [again] = await deliveries.takeDue('acme', 1);
    await old('settle', key, again!.held.claim.owner, 60_000, writeReceipt(receipt));
    expect(await taken()).to.deep.equal([]);
  });

  it('leaves in the outbox what that one does not touch', async () => {
    await deliveries.park(claim, { reason: 'rejected', keepMs: 60_000, toOutbox: true });
    expect(await new ReleaseBefore(database).claim('another', 'old')).to.include({ result: 'won' });
    expect(await taken()).to.deep.equal(['parked 4']);
  });

  it('has what that one settles after it was parked here, without its webhook: nobody can be told of it', async () => {
    await deliveries.park(claim, { reason: 'rejected', keepMs: 60_000, toOutbox: true });
    await old('replay', 'acme');
    expect(await taken()).to.deep.equal([]);
    const [again] = await deliveries.takeDue('acme', 1);
    await old('settle', key, again!.held.claim.owner, 60_000, writeReceipt(receipt));
    expect(await taken()).to.deep.equal(['issued 0']);
  });
});

describe('The second migration of a Postgres ledger', () => {
  let database: PGliteDatabase;
  let earlier: ReleaseBefore;
  let at: number;

  const advance = async (ms: number): Promise<void> => {
    at += ms;
    await database.setTime(at);
  };

  const open = async (): Promise<void> => {
    database = await PGliteDatabase.open();
    earlier = new ReleaseBefore(database);
  };
  const close = (): Promise<void> => database.end();

  describe('on a database of the release before', () => {
    before(open);
    after(close);

    beforeEach(async () => {
      await database.query(statements.beginMigration);
      await database.query(readSql('postgres/migrations/0001-entries.sql'));
      await database.query(statements.endMigration, [1, '0001-entries.sql']);
      at = 1_800_000_000_000;
      await database.setTime(at);
    });

    it('keeps entries of every state, and every fact', async () => {
      for (const name of ['held', 'over', 'sent', 'refused', 'issued', 'body'])
        await earlier.claim(entryOf(name).key, `owner of ${name}`, name === 'body' ? 'gw-1' : null);
      await earlier.markUnconfirmed(entryOf('sent').key, 'owner of sent', 'sent');
      await earlier.markUnconfirmed(entryOf('refused').key, 'owner of refused', 'refused');
      await earlier.settle(entryOf('issued').key, 'owner of issued');
      await earlier.settle(entryOf('body').key, 'owner of body');
      await database.query(statements.recordMax, ['fact', 7, times.retentionMs]);
      const columns =
        'key, fingerprint, external_id, owner, lease_ends_at, attempted_at, attempt, settle_window, claimed_at, receipt, answered, expires_at';
      const rows = () => database.query(`SELECT ${columns} FROM omneo_gateway.entries ORDER BY key`, []);
      const old = await rows();

      await migrate(database);

      expect(old).to.have.length(6);
      expect(await rows()).to.deep.equal(old);
      const ledger = new PostgresLedger({ database, clock: stillClock(() => 0), times });
      const resultOf = async (name: string) => {
        const answer = await ledger.claim(entryOf(name));
        return answer.result === 'unconfirmed' ? `unconfirmed, ${answer.attempt}` : answer.result;
      };
      expect(await resultOf('held')).to.equal('busy');
      expect(await resultOf('sent')).to.equal('unconfirmed, sent');
      expect(await resultOf('refused')).to.equal('unconfirmed, refused');
      expect(await ledger.claim(entryOf('issued'))).to.deep.include({ result: 'issued', receipt });
      expect(await ledger.claim(entryOf('body'))).to.deep.include({ result: 'issued', externalId: 'gw-1' });
      expect(await ledger.readMax('fact')).to.equal(7);
      await advance(times.leaseMs);
      expect(await resultOf('over')).to.equal('unconfirmed, unknown');
      expect(await ledger.deliveries.dueTenants()).to.deep.equal([]);
    });
  });

  describe('with a gateway of the release before beside it', () => {
    before(open);
    after(close);

    let ledger: Ledger;
    let deliveries: NonNullable<Ledger['deliveries']>;
    const entry = { ...entryOf('a'), delivery: deliveryOf('d-1') };

    beforeEach(async () => {
      const made = await makeOn(database, { times });
      ({ ledger } = made);
      deliveries = ledger.deliveries!;
      at = 1_800_000_000_000;
    });

    it('lets that one claim, give back and settle as ever', async () => {
      expect(await earlier.claim(key, 'old', 'gw-1')).to.include({ result: 'won', external_id: 'gw-1' });
      expect(await earlier.claim(key, 'other')).to.include({ result: 'busy' });
      await earlier.release(key, 'old');
      expect(await earlier.claim(key, 'old')).to.include({ result: 'won' });
      await earlier.markUnconfirmed(key, 'old', 'refused');
      const again = await earlier.claim(key, 'old');
      expect(again).to.include({ result: 'unconfirmed', attempt: 'refused' });
      expect(again['miss_conclusive_in']).to.equal(times.settleWindowMs);
      expect(again['claimed_at']).to.equal(at);
      await earlier.settle(key, 'old');
      expect(await earlier.claim(key, 'other')).to.include({
        result: 'issued',
        receipt: writeReceipt(receipt),
      });
    });

    it('lets each see what the other issued, and what it holds', async () => {
      await earlier.claim(key, 'old');
      expect(await ledger.claim(entry)).to.deep.equal({ result: 'busy' });
      await earlier.settle(key, 'old');
      expect((await ledger.claim(entry)).result).to.equal('issued');
      const other = { ...entryOf('b'), delivery: deliveryOf('d-2') };
      await ledger.settle(claimOf(await ledger.claim(other)), receipt);
      expect(await earlier.claim(other.key, 'old')).to.include({ result: 'issued' });
    });

    it('lets a delivery take over what that one left behind', async () => {
      await earlier.claim(key, 'old');
      await advance(times.leaseMs);
      const claimed = await ledger.claim(entry);
      expect(claimed).to.deep.include({ result: 'unconfirmed', attempt: 'unknown' });
      expect(claimOf(claimed).deliveryId).to.equal('d-1');
    });

    for (const [what, make, isTaken] of [
      ['that is held', () => Promise.resolve(true), false],
      ['that waits', (claim: Claim) => deliveries.postpone(claim, 'throttled', 0), true],
      [
        'that is parked',
        (claim: Claim) => deliveries.park(claim, { reason: 'rejected', keepMs: 1000 }),
        true,
      ],
    ] as const)
      it(`keeps a delivery ${what} from that one, whatever it does`, async () => {
        await make(claimOf(await ledger.claim(entry)));
        expect(await earlier.claim(key, 'old')).to.include({ result: 'busy' });
        await earlier.release(key, 'old');
        await earlier.markUnconfirmed(key, 'old', 'sent');
        await earlier.settle(key, 'old');
        await deliveries.admin.replayAll({ tenants: ['acme'] }, decision, 1000);
        const taken = await deliveries.takeDue('acme', 10);
        expect(taken.map(({ id }) => id)).to.deep.equal(isTaken ? ['d-1'] : []);
        expect(taken.map(({ held }) => held.result)).to.deep.equal(isTaken ? ['won'] : []);
      });

    it('keeps a delivery whose lease ran out from that one', async () => {
      await ledger.claim(entry);
      await advance(times.leaseMs);
      expect(await earlier.claim(key, 'old')).to.include({ result: 'busy' });
      expect(await deliveries.takeDue('acme', 10)).to.have.length(1);
    });

    it('lets that one have the key of a webhook without an id whose time is over', async () => {
      const anonymous = { ...entry, isGenerated: true, delivery: deliveryOf('d-1', { separateInMs: 1000 }) };
      await ledger.settle(claimOf(await ledger.claim(anonymous)), receipt);
      expect(await earlier.claim(key, 'old', 'gw-2')).to.include({ result: 'issued' });
      await advance(1000);
      expect(await earlier.claim(key, 'old', 'gw-2')).to.include({ result: 'won', external_id: 'gw-2' });
    });

    it('lets that one have the key of a delivery whose time is over', async () => {
      await deliveries.park(claimOf(await ledger.claim(entry)), { reason: 'rejected', keepMs: 1000 });
      await advance(1000);
      expect(await earlier.claim(key, 'old')).to.include({ result: 'won' });
      await earlier.release(key, 'old');
      expect(await earlier.claim(key, 'old')).to.include({ result: 'won' });
    });
  });
});
