import { expect } from 'chai';
import { DatabaseSync } from 'node:sqlite';
import { migrateFile } from '../../../../src/ledger/sqlite/store/database.ts';
import { EntryTable } from '../../../../src/ledger/sqlite/store/entrytable.ts';
import { EntryWriter } from '../../../../src/ledger/sqlite/store/entrywriter.ts';
import { readMigrations, readStatement } from '../../../../src/ledger/sqlite/store/sqlfiles.ts';
import type { IssuedEntry, StoredEntry } from '../../../../src/ledger/storedentry.ts';

const place = { key: 'k', externalId: 'callers' };
const delivery = {
  ...{ id: 'd', tenant: 'acme', action: 'rewards', webhook: Uint8Array.of(1, 2), summary: '{"amount":1}' },
  digests: { id: 'i', person: 'p', email: null },
  ...{ since: 5, triedSince: 7, attempts: 1, lapses: 2, separateAt: null, isAnswered: false },
  history: [{ at: 6, kind: 'attempted', result: 'throttled', tookMs: 1 }] as const,
};
const pending: StoredEntry = {
  ...{ state: 'pending', tenant: 'acme', fingerprint: 'f', claimedAt: 5, externalId: 'callers' },
  ...{ owner: 'o', leaseEnds: 100, attemptedAt: null, attempt: 'unknown', isFindable: false },
  ...{ settleWindowMs: 20, expiresAt: Infinity, delivery },
};
const waiting: StoredEntry = {
  ...{ state: 'waiting', tenant: 'acme', fingerprint: 'f', claimedAt: 5, externalId: 'callers' },
  ...{ attemptedAt: null, attempt: 'unknown', isFindable: false, settleWindowMs: 20, expiresAt: Infinity },
  ...{ reason: 'throttled', dueAt: 40, delivery },
};
const issued: IssuedEntry = {
  ...{ state: 'issued', fingerprint: 'f', externalId: 'callers', expiresAt: 70, isAnswered: false },
  receipt: { resourceId: 7, matchedBy: 'klaviyo' },
  delivery: { ...delivery, webhook: null },
};

/** A table with one entry, read back whole after each change; an id of the caller's own is not stored. */
function tableWith(entry: StoredEntry): Readonly<{ table: EntryTable; kept: () => StoredEntry | undefined }> {
  const database = new DatabaseSync(':memory:');
  migrateFile(database, readMigrations());
  const writer = new EntryWriter(database);
  const table = new EntryTable(
    (name) => database.prepare(readStatement(name)),
    writer,
    () => undefined,
  );
  table.put('k', entry, null);
  const kept = (): StoredEntry | undefined => {
    const found = table.get('k')?.entry;
    return found && { ...found, externalId: 'callers' };
  };
  return { table, kept };
}

/** The delivery of an entry without its content, as a decision that needs none sees it. */
function withoutContent(entry: StoredEntry): StoredEntry {
  const { action, webhook, summary, digests, ...known } = delivery;
  return { ...entry, delivery: known };
}

describe("SQLite's table of entries", () => {
  for (const entry of [pending, waiting, issued])
    it(`gives an entry that is ${entry.state} back as it was stored`, () => {
      expect(tableWith(entry).kept()).to.deep.equal(entry);
    });

  for (const entry of [pending, waiting])
    it(`shows a decision an entry that is ${entry.state} without the content of its delivery`, () => {
      const seen: unknown[] = [];
      tableWith(entry).table.changeWithoutContent(place, (stored) => {
        seen.push(stored);
        return { entry: stored, answer: null };
      });
      expect(seen).to.deep.equal([withoutContent(entry)]);
    });

  it('keeps the content of a delivery that changes without it, and every column that its new state has not', () => {
    const { table, kept } = tableWith(pending);
    table.changeWithoutContent(place, () => ({ entry: withoutContent(waiting), answer: null }));
    expect(kept()).to.deep.equal(waiting);
    table.changeWithoutContent(place, () => ({ entry: withoutContent(pending), answer: null }));
    expect(kept()).to.deep.equal(pending);
  });

  it('erases the webhook alone of one that was issued', () => {
    const { table, kept } = tableWith(pending);
    const { receipt, expiresAt } = issued;
    table.changeWithoutContent(place, (stored) => {
      const delivery = { ...stored!.delivery!, webhook: null };
      const known = { fingerprint: 'f', externalId: 'callers', isAnswered: false };
      return { entry: { state: 'issued', ...known, receipt, expiresAt, delivery }, answer: null };
    });
    expect(kept()).to.deep.equal(issued);
  });

  it('stores content that comes anew', () => {
    const { table, kept } = tableWith(waiting);
    const digests = { id: null, person: null, email: 'e' };
    const anew = { ...waiting, delivery: { ...delivery, webhook: Uint8Array.of(9), summary: '{}', digests } };
    table.change(place, () => ({ entry: anew, answer: null }));
    expect(kept()).to.deep.equal(anew);
  });

  it('writes nothing of an entry that stays as it is', () => {
    const { table } = tableWith(waiting);
    table.isChanged = false;
    table.change(place, (stored) => ({ entry: stored, answer: null }));
    expect(table.isChanged).to.equal(false);
  });
});
