import type {
  Correction,
  Decision,
  DeliveryAdmin,
  DeliveryEvent,
  DeliveryFilter,
  DeliveryRecord,
  ErasedCount,
  HourCount,
  ListPlace,
  SealedWebhook,
} from '../../src/ledger/deliveries/deliveryadmin.ts';
import { isOfHeld } from '../../src/ledger/deliveries/listing.ts';
import type { SearchDigests } from '../../src/ledger/deliveries/deliveries.ts';
import { LedgerUnavailable } from '../../src/ledger/ledger.ts';

/** A delivery as the tests' ledger has it. */
export type StoredRow = {
  record: DeliveryRecord;
  events: DeliveryEvent[];
  digests: SearchDigests;
  sealed: SealedWebhook | undefined;
  fingerprint: string;
};

/** What people do with deliveries, on rows in plain sight. */
export class MemoryDeliveries implements DeliveryAdmin {
  rows: StoredRow[] = [];
  isAway = false;
  /** Calls by their name. */
  readonly calls: string[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  list(filter: DeliveryFilter, { limit, after }: Readonly<{ limit: number; after?: ListPlace }>) {
    return this.#answer('list', () =>
      this.#matching(filter)
        .map(({ record }) => record)
        .sort((a, b) => b.since - a.since || (a.id < b.id ? -1 : 1))
        .filter(
          ({ since, id }) =>
            after === undefined || since < after.since || (since === after.since && id > after.id),
        )
        .slice(0, limit),
    );
  }

  find(id: string) {
    return this.#answer('find', () => {
      const row = this.row(id);
      return row && { record: row.record, events: row.events };
    });
  }

  webhookOf(id: string) {
    return this.#answer('webhookOf', () => this.row(id)?.sealed);
  }

  replayAll(filter: DeliveryFilter, decision: Decision, limit: number) {
    return this.#answer('replayAll', () =>
      this.#each({ ...filter, state: 'parked' }, limit, (row) => {
        this.#replay(row, decision);
      }),
    );
  }

  replayOne(id: string, decision: Decision, correction?: Correction) {
    return this.#answer('replayOne', () => {
      const row = this.row(id);
      if (row === undefined || !(row.record.state === 'parked' || row.record.reason === 'held')) return false;
      this.#replay(row, decision, correction);
      return true;
    });
  }

  discardAll(filter: DeliveryFilter, decision: Decision, limit: number) {
    const state = isOfHeld(filter) ? 'waiting' : 'parked';
    return this.#answer('discardAll', () =>
      this.#each({ ...filter, state }, limit, (row) => {
        this.#discard(row, decision, 'decided');
      }),
    );
  }

  discardOne(id: string, decision: Decision) {
    return this.#answer('discardOne', () => {
      const row = this.row(id);
      if (row?.record.state !== 'parked' && row?.record.state !== 'waiting') return false;
      this.#discard(row, decision, 'decided');
      return true;
    });
  }

  erase(
    tenant: string,
    digests: NonNullable<DeliveryFilter['digests']>,
    decision: Decision,
  ): Promise<ErasedCount> {
    return this.#answer('erase', () => {
      const theirs = this.rows.filter((row) => row.record.tenant === tenant && hasOne(row, digests));
      const erased = theirs.filter(({ record }) => record.state !== 'pending');
      for (const row of erased) this.#erase(row, decision);
      return { erased: erased.length, underWay: theirs.length - erased.length };
    });
  }

  activity(tenant: string, since: number): Promise<readonly HourCount[]> {
    const hourOf = (at: number): number => Math.floor(at / 3_600_000) * 3_600_000;
    return this.#answer('activity', () => {
      const records = this.rows
        .map(({ record }) => record)
        .filter((record) => record.tenant === tenant && record.since >= since);
      const groups = Map.groupBy(records, ({ since, state }) => `${hourOf(since)} ${state}`);
      return [...groups.values()].map((some) => ({
        hour: hourOf(some[0]!.since),
        state: some[0]!.state,
        count: some.length,
      }));
    });
  }

  row(id: string): StoredRow | undefined {
    return this.rows.find(({ record }) => record.id === id);
  }

  #matching({ tenants, action, state, reason, digests = {}, since, until }: DeliveryFilter): StoredRow[] {
    return this.rows.filter(
      (row) =>
        tenants.includes(row.record.tenant) &&
        (action === undefined || row.record.action === action) &&
        (state === undefined || row.record.state === state) &&
        (reason === undefined || row.record.reason === reason) &&
        (since === undefined || row.record.since >= since) &&
        (until === undefined || row.record.since < until) &&
        kinds.every((kind) => digests[kind]?.includes(row.digests[kind] ?? '') ?? true),
    );
  }

  #each(filter: DeliveryFilter, limit: number, change: (row: StoredRow) => void): number {
    const rows = this.#matching(filter)
      .sort((a, b) => a.record.since - b.record.since)
      .slice(0, limit);
    rows.forEach(change);
    return rows.length;
  }

  #replay(row: StoredRow, decision: Decision, correction?: Correction): void {
    const at = this.#now();
    const { keptUntil, ...record } = row.record;
    row.record = { ...record, state: 'waiting', reason: 'replayed', since: at, dueAt: at, keptUntil: null };
    row.events.push({ at, kind: correction === undefined ? 'replayed' : 'corrected', ...decision });
    if (correction === undefined || row.sealed === undefined) return;
    row.record = { ...row.record, summary: correction.summary };
    row.sealed = { ...row.sealed, webhook: correction.webhook };
    row.digests = correction.digests;
    row.fingerprint = correction.fingerprint;
  }

  #discard(row: StoredRow, decision: Decision, reason: 'decided' | 'erased'): void {
    row.record = { ...row.record, state: 'discarded', reason, hasWebhook: false, dueAt: null };
    row.sealed = undefined;
    row.events.push({ at: this.#now(), kind: reason === 'erased' ? 'erased' : 'discarded', ...decision });
  }

  #erase(row: StoredRow, decision: Decision): void {
    if (row.record.state !== 'issued') this.#discard(row, decision, 'erased');
    row.record = { ...row.record, hasWebhook: false };
    row.digests = { id: null, person: null, email: null };
    row.sealed = undefined;
  }

  #answer<T>(call: string, give: () => T): Promise<T> {
    this.calls.push(call);
    if (this.isAway) return Promise.reject(new LedgerUnavailable('away'));
    return Promise.resolve(give());
  }
}

const kinds = ['id', 'person', 'email'] as const;

function hasOne({ digests }: StoredRow, wanted: NonNullable<DeliveryFilter['digests']>): boolean {
  return kinds.some((kind) => wanted[kind]?.includes(digests[kind] ?? '') === true);
}
