import { rewardRequestOf } from '../../support/rewards.ts';
import { expect } from 'chai';
import { toIdempotentRequest } from '../../../src/delivery/idempotentrequest.ts';
import type { Ledger, LedgerTimes } from '../../../src/ledger/ledger.ts';
import { judgePostgres } from '../../../src/ledger/postgres/judge.ts';
import { statements } from '../../../src/ledger/postgres/statements.ts';
import { newest } from '../../../src/ledger/postgres/migrate.ts';
import type { Tenant } from '../../../src/tenants/tenant.ts';
import { claimOf, entryOf, ledgerContract, receipt, times, unconfirmed } from '../contract.ts';
import { deliveryAdminContract } from '../deliveryadmincontract.ts';
import { deliveryContract } from '../deliverycontract.ts';
import { outboxContract } from '../outboxcontract.ts';
import { budgetContract } from '../budgetcontract.ts';
import { budgetDeliveryContract } from '../budgetdeliverycontract.ts';
import { PGliteDatabase, makeOn } from './pglite.ts';

describe('the Postgres ledger on PGlite', () => {
  let database: PGliteDatabase;

  before(async () => {
    database = await PGliteDatabase.open();
  });
  after(() => database.end());

  ledgerContract('it', (options) => makeOn(database, options));
  budgetContract('it', (options) => makeOn(database, options));
  budgetDeliveryContract('it', (options) => makeOn(database, options));
  deliveryContract('it', (options) => makeOn(database, options));
  deliveryAdminContract('it', (options) => makeOn(database, options));
  outboxContract('it', (options) => makeOn(database, options));

  /** The columns of one claim whose webhook is not stored: its tenant, and nothing. */
  const notStored = [['acme'], ...Array.from({ length: 8 }, () => [null])];

  const make = async (changes: Partial<LedgerTimes> = {}): Promise<Ledger> =>
    (await makeOn(database, { times: { ...times, ...changes } })).ledger;
  const rows = (text: string): Promise<readonly Readonly<Record<string, unknown>>[]> =>
    database.query(text, []);

  it('counts the longest settle window of the gateways that have held an entry', async () => {
    const patient = await make();
    await patient.markUnconfirmed(claimOf(await patient.claim(entryOf('a'))), unconfirmed);
    const { key, fingerprint } = entryOf('a');
    const [taken] = await database.query(statements.claim, [
      [key],
      ['hasty'],
      [fingerprint],
      [null],
      ...notStored,
      1000,
      0,
      10_000,
    ]);
    expect(taken?.['miss_conclusive_in']).to.equal(times.settleWindowMs);
  });

  it('answers a claim again to the owner that has it, whose first answer was lost', async () => {
    await make();
    const claim = (owner: string) =>
      database.query(statements.claim, [['k'], [owner], ['f'], ['gw-1'], ...notStored, 1000, 1000, 10_000]);
    expect((await claim('one'))[0]).to.include({ result: 'won', external_id: 'gw-1' });
    expect((await claim('one'))[0]).to.include({ result: 'won', external_id: 'gw-1' });
    expect((await claim('other'))[0]).to.include({ result: 'busy' });
  });

  it('decides in one statement about new keys, known ones, and one that comes twice', async () => {
    const ledger = await make();
    await ledger.settle(claimOf(await ledger.claim(entryOf('issued'))), receipt);
    await ledger.claim(entryOf('held'));
    const { fingerprint } = entryOf('');
    const keys = ['held', 'issued', 'new', 'new', 'newer'].map((name) => entryOf(name).key);
    const alike = (value: string | null) => keys.map(() => value);
    const columns = notStored.map(([value]) => alike(value ?? null));
    const owners = keys.map((_, index) => `owner ${index}`);
    const values = [keys, owners, alike(fingerprint), alike(null), ...columns, 1000, 1000, 10_000];
    const answers = await database.query(statements.claim, values);
    const byOwner = new Map(answers.map(({ owner, result }) => [owner, result]));
    expect(owners.map((owner) => byOwner.get(owner))).to.deep.equal(['busy', 'issued', 'won', 'busy', 'won']);
  });

  it('writes nothing to answer a copy, be it under way or issued', async () => {
    const ledger = await make();
    const nextTransaction = async () =>
      (await rows('SELECT pg_snapshot_xmax(pg_current_snapshot()) AS next'))[0]!['next'];
    const claim = claimOf(await ledger.claim(entryOf('a')));
    const before = await nextTransaction();
    expect(await ledger.claim(entryOf('a'))).to.include({ result: 'busy' });
    expect(await nextTransaction()).to.deep.equal(before);
    await ledger.settle(claim, receipt);
    const after = await nextTransaction();
    expect(after).to.not.deep.equal(before);
    expect(await ledger.claim(entryOf('a'))).to.include({ result: 'issued' });
    expect(await nextTransaction()).to.deep.equal(after);
  });

  it('settles as often as the same owner says the same, and changes nothing after the first time', async () => {
    const ledger = await make();
    const claim = claimOf(await ledger.claim(entryOf('a', { isGenerated: true })));
    expect(await ledger.settle(claim, receipt)).to.equal(true);
    await ledger.recordAnswer(claim.key, claim.externalId, { isSent: true, keepMs: 1000 });
    const before = await rows('SELECT * FROM omneo_gateway.entries');
    expect(await ledger.settle(claim, receipt)).to.equal(true);
    expect(await rows('SELECT * FROM omneo_gateway.entries')).to.deep.equal(before);
  });

  it('holds nothing that a webhook says, even where a marketer takes the e-mail for the id', async () => {
    const ledger = await make();
    const said = { id: 'ada@example.com', personId: 'ada-7', email: 'ada@example.com', definitionId: 42 };
    const { entry } = toIdempotentRequest(
      { slug: 'acme', omneo: { baseURL: 'https://acme.example' } } as Tenant,
      rewardRequestOf({ ...said, emailFault: null, amount: 12.34, fields: {} }),
      '{}',
      'r-1',
    );
    await ledger.markUnconfirmed(claimOf(await ledger.claim(entry)), unconfirmed);
    const underWay = JSON.stringify(await rows('SELECT * FROM omneo_gateway.entries'));
    await ledger.settle(claimOf(await ledger.claim(entry)), receipt);
    expect(await ledger.claim(entry)).to.deep.include({ result: 'issued', externalId: said.id });
    const text = underWay + JSON.stringify(await rows('SELECT * FROM omneo_gateway.entries'));
    expect(text).to.include('rewards/id/').and.include(receipt.matchedBy);
    for (const value of ['ada', 'example', '12.34']) expect(text).to.not.include(value);
  });

  it('deletes what expired and nothing else', async () => {
    const made = await makeOn(database, { times });
    await made.ledger.settle(claimOf(await made.ledger.claim(entryOf('brief'))), receipt, 1000);
    await made.ledger.claim(entryOf('kept'));
    await made.ledger.recordMax('kept', 1);
    await made.advance(1000);
    expect(await database.query(statements.expire, [100])).to.deep.equal([{ deleted: 1 }]);
    expect(await rows('SELECT key FROM omneo_gateway.entries')).to.deep.equal([{ key: 'acme/id/kept' }]);
    await made.advance(times.retentionMs);
    expect(await database.query(statements.expire, [100])).to.deep.equal([{ deleted: 1 }]);
    expect(await made.ledger.readMax('kept')).to.equal(0);
  });

  it('writes one numbered row for each migration, however many ledgers begin', async () => {
    await make();
    await make();
    const numbers = Array.from({ length: newest }, (_, n) => ({ number: n + 1 }));
    expect(await rows('SELECT number FROM omneo_gateway.migrations ORDER BY number')).to.deep.equal(numbers);
  });
});

describe('the judgement of a server', () => {
  const good = {
    version: 150_018,
    fsync: 'on',
    synchronous_commit: 'on',
    isolation: 'read committed',
    read_only: 'off',
    standby: false,
  };

  for (const commit of ['on', 'local', 'remote_write', 'remote_apply'])
    it(`takes synchronous_commit=${commit}, which waits for the disk`, () => {
      judgePostgres({ ...good, synchronous_commit: commit }, 'db:5432');
    });

  for (const [changes, says] of [
    [{ version: 120_022 }, 'it is too old; PostgreSQL 13 or newer is needed'],
    [{ fsync: 'off' }, /fsync is off/],
    [{ synchronous_commit: 'off' }, /synchronous_commit is off/],
    [{ isolation: 'serializable' }, /default_transaction_isolation is not read committed/],
    [{ standby: true, read_only: 'on' }, /it is a standby/],
    [{ read_only: 'on' }, /default_transaction_read_only is on/],
  ] as const) {
    it(`refuses ${JSON.stringify(changes)} with a sentence that names it`, () => {
      expect(() => {
        judgePostgres({ ...good, ...changes }, 'db:5432');
      })
        .to.throw(says)
        .with.property('message')
        .that.matches(/^the ledger at db:5432 cannot be used: [^.]+$/);
    });
  }
});
