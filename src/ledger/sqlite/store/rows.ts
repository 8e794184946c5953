import type { SQLOutputValue } from 'node:sqlite';
import type { HeldCharges } from '../../budgets/budgets.ts';
import {
  type ParkedReason,
  type WaitingReason,
  parkedReasons,
  waitingReasons,
} from '../../deliveries/deliveries.ts';
import type { LastAttempt } from '../../ledger.ts';
import { type DiscardReason, discardReasons } from '../../deliveries/deliveryadmin.ts';
import { readReceipt, writeReceipt } from '../../receipttext.ts';
import type { ParkedEntry, StoredEntry, UnconfirmedEntry } from '../../storedentry.ts';
import { type DeliveryRow, deliveryOf, noDelivery, rowOfDelivery } from './deliveryrows.ts';

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
  reason: string | null;
  due_at: number | null;
  reserved: string | null;
  released: string | null;
  outbox_since: number | null;
  outbox_due_at: number | null;
}> &
  DeliveryRow;

/** The columns that only entries of one state have. */
const none = {
  claimed_at: null,
  attempt: null,
  is_findable: null,
  settle_window_ms: null,
  attempted_at: null,
  owner: null,
  lease_ends: null,
  receipt: null,
  reason: null,
  due_at: null,
  reserved: null,
  released: null,
  outbox_since: null,
  outbox_due_at: null,
};

/** An entry as a row. `generatedId` is its external_id if the gateway generated it: one of the caller's own is not stored. */
export function rowOf(entry: StoredEntry, generatedId: string | null): EntryRow {
  const { state, fingerprint, expiresAt, delivery } = entry;
  const about = delivery === undefined ? noDelivery : rowOfDelivery(delivery);
  const row = { ...none, ...about, state, fingerprint, external_id: generatedId, expires_at: expiresAt };
  if (entry.state === 'issued') {
    const isAnswered = delivery?.isAnswered ?? entry.isAnswered;
    const receipt = writeReceipt(entry.receipt);
    return { ...row, ...outboxRowOf(entry), receipt, is_answered: Number(isAnswered) };
  }
  const { tenant, claimedAt, attempt, isFindable, settleWindowMs, attemptedAt } = entry;
  return {
    ...row,
    ...columnsOf(entry),
    tenant,
    claimed_at: claimedAt,
    attempt,
    is_findable: Number(isFindable),
    settle_window_ms: settleWindowMs,
    attempted_at: attemptedAt,
    reserved: entry.reserved === undefined ? null : JSON.stringify(entry.reserved),
    released: entry.released ?? null,
  };
}

/** What only entries of this state have. */
function columnsOf(entry: StoredEntry): Partial<EntryRow> {
  switch (entry.state) {
    case 'pending': {
      const { owner, leaseEnds, delivery } = entry;
      return { owner, lease_ends: leaseEnds, due_at: delivery === undefined ? null : leaseEnds };
    }
    case 'waiting':
      return { reason: entry.reason, due_at: entry.dueAt };
    case 'parked':
      return { reason: entry.reason, ...outboxRowOf(entry) };
    case 'discarded':
      return { reason: entry.reason };
    default:
      return {};
  }
}

function outboxRowOf({ outbox }: Pick<ParkedEntry, 'outbox'>): Partial<EntryRow> {
  return outbox === undefined ? {} : { outbox_since: outbox.since, outbox_due_at: outbox.dueAt };
}

function outboxOf({ outbox_since: since, outbox_due_at: dueAt }: EntryRow): Pick<ParkedEntry, 'outbox'> {
  return since === null || dueAt === null ? {} : { outbox: { since, dueAt } };
}

/** The entry of a row that SQLite's checks let in. `callersId` is its external_id if none was generated. */
export function entryOf(columns: Record<string, SQLOutputValue>, callersId: string): StoredEntry {
  const row = columns as EntryRow;
  const { fingerprint, expires_at: expiresAt } = row;
  const delivery = deliveryOf(row, row.is_answered === 1);
  const stored = delivery && { delivery };
  const common = { fingerprint, externalId: row.external_id ?? callersId, expiresAt, ...stored };
  if (row.state === 'issued') {
    const receipt = readReceipt(row.receipt ?? '');
    return { ...common, ...outboxOf(row), state: 'issued', receipt, isAnswered: row.is_answered === 1 };
  }
  const unsettled = {
    ...common,
    tenant: row.tenant ?? '',
    claimedAt: row.claimed_at ?? 0,
    attempt: attemptOf(row.attempt),
    isFindable: row.is_findable === 1,
    settleWindowMs: row.settle_window_ms ?? 0,
    ...(row.reserved !== null && { reserved: JSON.parse(row.reserved) as HeldCharges }),
    ...(row.released !== null && { released: row.released }),
  };
  return unsettledOf(unsettled, row);
}

type Unsettled = Omit<UnconfirmedEntry, 'state' | 'attemptedAt'>;

/** The entry with what only its state has. */
function unsettledOf(unsettled: Unsettled, row: EntryRow): StoredEntry {
  const { state, attempted_at: attemptedAt, reason, owner } = row;
  switch (state) {
    case 'unconfirmed':
      return { ...unsettled, state, attemptedAt: attemptedAt ?? 0 };
    case 'waiting':
      return { ...unsettled, state, attemptedAt, reason: waitingReasonOf(reason), dueAt: row.due_at ?? 0 };
    case 'parked':
      return { ...unsettled, ...outboxOf(row), state, attemptedAt, reason: parkedReasonOf(reason) };
    case 'discarded':
      return { ...unsettled, state, attemptedAt, reason: discardReasonOf(reason) };
    default:
      return {
        ...unsettled,
        state: 'pending',
        attemptedAt,
        owner: owner ?? '',
        leaseEnds: row.lease_ends ?? 0,
      };
  }
}

function attemptOf(text: string | null): LastAttempt {
  return text === 'sent' || text === 'refused' ? text : 'unknown';
}

/** One that a later release has given counts as a pause of no special kind. */
function waitingReasonOf(text: string | null): WaitingReason {
  return waitingReasons.find((reason) => reason === text) ?? 'unavailable';
}

function discardReasonOf(text: string | null): DiscardReason {
  return discardReasons.find((reason) => reason === text) ?? 'decided';
}

function parkedReasonOf(text: string | null): ParkedReason {
  return parkedReasons.find((reason) => reason === text) ?? 'gave_up';
}
