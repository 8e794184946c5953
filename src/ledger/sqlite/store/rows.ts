import type { SQLOutputValue } from 'node:sqlite';
import type { LastAttempt } from '../../ledger.ts';
import { readReceipt, writeReceipt } from '../../receipttext.ts';
import type { StoredEntry } from '../../storedentry.ts';

/** A row of `entries` without its key. */
export type EntryRow = Readonly<{
  state: string;
  fingerprint: string;
  external_id: string | null;
  expires_at: number;
  tenant: string | null;
  claimed_at: number | null;
  attempt: string | null;
  is_findable: number | null;
  settle_window_ms: number | null;
  attempted_at: number | null;
  owner: string | null;
  lease_ends: number | null;
  receipt: string | null;
  is_answered: number | null;
}>;

/** The columns that only entries of one state have. */
const none = {
  tenant: null,
  claimed_at: null,
  attempt: null,
  is_findable: null,
  settle_window_ms: null,
  attempted_at: null,
  owner: null,
  lease_ends: null,
  receipt: null,
  is_answered: null,
};

/** An entry as a row. `generatedId` is its external_id if the gateway generated it: one of the caller's own is not stored. */
export function rowOf(entry: StoredEntry, generatedId: string | null): EntryRow {
  const { state, fingerprint, expiresAt } = entry;
  const row = { ...none, state, fingerprint, external_id: generatedId, expires_at: expiresAt };
  if (entry.state === 'issued') {
    const { receipt, isAnswered } = entry;
    return { ...row, receipt: writeReceipt(receipt), is_answered: Number(isAnswered) };
  }
  const { tenant, claimedAt, attempt, isFindable, settleWindowMs, attemptedAt } = entry;
  const held = entry.state === 'pending' ? { owner: entry.owner, lease_ends: entry.leaseEnds } : {};
  return {
    ...row,
    ...held,
    tenant,
    claimed_at: claimedAt,
    attempt,
    is_findable: Number(isFindable),
    settle_window_ms: settleWindowMs,
    attempted_at: attemptedAt,
  };
}

/** The entry of a row that SQLite's checks let in. `callersId` is its external_id if none was generated. */
export function entryOf(columns: Record<string, SQLOutputValue>, callersId: string): StoredEntry {
  const row = columns as EntryRow;
  const { fingerprint, expires_at: expiresAt } = row;
  const common = { fingerprint, externalId: row.external_id ?? callersId, expiresAt };
  if (row.state === 'issued') {
    const receipt = readReceipt(row.receipt ?? '');
    return { ...common, state: 'issued', receipt, isAnswered: row.is_answered === 1 };
  }
  const unsettled = {
    ...common,
    tenant: row.tenant ?? '',
    claimedAt: row.claimed_at ?? 0,
    attempt: attemptOf(row.attempt),
    isFindable: row.is_findable === 1,
    settleWindowMs: row.settle_window_ms ?? 0,
  };
  if (row.state === 'unconfirmed')
    return { ...unsettled, state: 'unconfirmed', attemptedAt: row.attempted_at ?? 0 };
  const held = { owner: row.owner ?? '', leaseEnds: row.lease_ends ?? 0 };
  return { ...unsettled, ...held, state: 'pending', attemptedAt: row.attempted_at };
}

function attemptOf(text: string | null): LastAttempt {
  return text === 'sent' || text === 'refused' ? text : 'unknown';
}
