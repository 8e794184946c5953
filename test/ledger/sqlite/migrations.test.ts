import { expect } from 'chai';
import { DatabaseSync } from 'node:sqlite';
import { migrateFile } from '../../../src/ledger/sqlite/store/database.ts';
import { storeOn } from '../../../src/ledger/sqlite/store/openstore.ts';
import { readMigrations } from '../../../src/ledger/sqlite/store/sqlfiles.ts';
import { SqliteLedger } from '../../../src/ledger/sqlite/sqlite.ts';
import { writeReceipt } from '../../../src/ledger/receipttext.ts';
import { receipt, times, claimOf, entryOf } from '../contract.ts';
import { deliveryOf } from '../deliverycontract.ts';
import { decision } from '../../support/deliveries.ts';
import { QuietClock, inThisThread, silent } from './bench.ts';

const now = 1_000_000;
const expires = now + times.retentionMs;
const text = (value: string | null): string => (value === null ? 'NULL' : `'${value}'`);

/** A row as the release before wrote it. */
function inserted(name: string, state: string, changes: Readonly<Record<string, string | number>>): string {
  const { key, fingerprint, tenant } = entryOf(name);
  const unsettled = {
    tenant: text(tenant),
    claimed_at: 5,
    attempt: "'unknown'",
    is_findable: 0,
    settle_window_ms: 120_000,
  };
  const columns = {
    ...{ key: text(key), state: text(state), fingerprint: text(fingerprint), expires_at: expires },
    ...(state === 'issued' ? {} : unsettled),
    ...changes,
  };
  return `INSERT INTO entries (${Object.keys(columns).join(', ')}) VALUES (${Object.values(columns).join(', ')});`;
}

describe('The second migration of a SQLite ledger', () => {
  const migrations = readMigrations();
  const columns =
    'key, state, fingerprint, external_id, expires_at, tenant, claimed_at, attempt, is_findable, settle_window_ms, attempted_at, owner, lease_ends, receipt, is_answered';
  let database: DatabaseSync;
  let clock: QuietClock;
  const rows = () => database.prepare(`SELECT ${columns} FROM entries ORDER BY key`).all();

  const openLedger = (): SqliteLedger => {
    const parts = { database, lock: new DatabaseSync(':memory:') };
    const executor = inThisThread(storeOn(parts, { path: ':memory:', times, date: now }));
    return new SqliteLedger({ executor, path: ':memory:', clock, times, log: silent });
  };

  beforeEach(() => {
    clock = new QuietClock(now);
    database = new DatabaseSync(':memory:');
    migrateFile(database, migrations.slice(0, 1));
    const issued = { receipt: text(writeReceipt(receipt)), is_answered: 0 };
    database.exec(
      [
        inserted('held', 'pending', { owner: "'a'", lease_ends: now + times.leaseMs }),
        inserted('over', 'pending', { owner: "'a'", lease_ends: now - 1, external_id: "'gw-1'" }),
        inserted('sent', 'unconfirmed', { attempt: "'sent'", attempted_at: now, is_findable: 1 }),
        inserted('refused', 'unconfirmed', { attempt: "'refused'", attempted_at: now }),
        inserted('issued', 'issued', issued),
        inserted('answered', 'issued', { ...issued, is_answered: 1, external_id: "'gw-2'" }),
        `INSERT INTO facts VALUES ('fact', 7, ${expires}); INSERT INTO ledger_time VALUES (1, ${now});`,
      ].join('\n'),
    );
  });

  it('keeps entries of every state, and every fact', async () => {
    const old = rows();
    migrateFile(database, migrations);
    expect(old).to.have.length(6);
    expect(rows()).to.deep.equal(old);
    const ledger = openLedger();
    const resultOf = async (name: string): Promise<string> => {
      const answer = await ledger.claim(entryOf(name));
      return answer.result === 'unconfirmed' ? `unconfirmed, ${answer.attempt}` : answer.result;
    };
    expect(await resultOf('held')).to.equal('busy');
    expect(await resultOf('over')).to.equal('unconfirmed, unknown');
    expect(await resultOf('sent')).to.equal('unconfirmed, sent');
    expect(await resultOf('refused')).to.equal('unconfirmed, refused');
    expect(await ledger.claim(entryOf('issued'))).to.deep.equal({
      result: 'issued',
      receipt,
      externalId: 'issued',
    });
    expect(await ledger.claim(entryOf('answered'))).to.deep.include({ result: 'issued', externalId: 'gw-2' });
    expect(await ledger.readMax('fact')).to.equal(7);
    expect(await ledger.deliveries.dueTenants()).to.deep.equal([]);
    expect(await ledger.deliveries.counts()).to.deep.equal([]);
  });

  it('lets a delivery take over what was left behind', async () => {
    migrateFile(database, migrations);
    const ledger = openLedger();
    const claimed = await ledger.claim({ ...entryOf('over'), delivery: deliveryOf('d-1') });
    expect(claimed).to.deep.include({ result: 'unconfirmed', attempt: 'unknown' });
    expect(claimOf(claimed)).to.include({ deliveryId: 'd-1', externalId: 'gw-1' });
    await ledger.deliveries.postpone(claimOf(claimed), 'throttled', 0);
    expect((await ledger.deliveries.takeDue('acme', 1)).map(({ id }) => id)).to.deep.equal(['d-1']);
  });

  it('is followed by one that keeps deliveries of every state, which people see from then on', async () => {
    migrateFile(database, migrations.slice(0, 2));
    const delivery = (id: string, changes: Readonly<Record<string, string | number>> = {}) => ({
      ...{ delivery_id: text(id), action: "'rewards'", webhook: "x'01'", summary: "'{}'", attempts: 1 },
      ...{ since: 1000, email_digest: "'e-ada'", expires_at: '9e999', ...changes },
    });
    const issued = { tenant: "'acme'", receipt: text(writeReceipt(receipt)), is_answered: 0 };
    database.exec(
      [
        inserted('d1', 'pending', { ...delivery('d-1'), owner: "'a'", lease_ends: now + 1, due_at: now + 1 }),
        inserted('d2', 'waiting', { ...delivery('d-2'), reason: "'throttled'", due_at: now + 1 }),
        inserted('d3', 'parked', { ...delivery('d-3'), reason: "'rejected'", expires_at: expires }),
        inserted('d4', 'issued', { ...delivery('d-4'), ...issued, webhook: 'NULL', expires_at: expires }),
      ].join('\n'),
    );
    const old = rows();
    migrateFile(database, migrations);
    expect(rows()).to.deep.equal(old);
    const { admin } = openLedger().deliveries;
    const digests = { email: ['e-ada'] };
    for (const filter of [{ tenants: ['acme'] }, { tenants: ['acme'], digests }]) {
      const seen = (await admin.list(filter, { limit: 10 })).map(({ id, state }) => `${id} ${state}`);
      expect(seen).to.deep.equal(['d-4 issued', 'd-3 parked', 'd-2 waiting', 'd-1 pending']);
    }
    expect((await admin.find('d-3'))?.events).to.deep.equal([{ at: 1000, kind: 'arrived' }]);
    expect(await admin.discardOne('d-3', decision)).to.equal(true);
  });

  it('is made once, and all of it or nothing', () => {
    const broken = migrations.map((each, n) =>
      n === 1 ? { ...each, sql: `${each.sql}; SELECT nothing;` } : each,
    );
    const old = rows();
    expect(() => {
      migrateFile(database, broken);
    }).to.throw(/syntax error/);
    expect(rows()).to.deep.equal(old);
    migrateFile(database, migrations);
    migrateFile(database, migrations);
    expect(rows()).to.deep.equal(old);
    expect(database.prepare('PRAGMA user_version').get()).to.deep.equal({ user_version: migrations.length });
  });
});
