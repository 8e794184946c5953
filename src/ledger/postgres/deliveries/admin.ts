import type {
  Correction,
  Decision,
  DeliveryAdmin,
  DeliveryEvent,
  DeliveryFilter,
  DeliveryRecord,
  DeliveryState,
  Discardable,
  ErasedCount,
  HourCount,
  ListPlace,
  SealedWebhook,
} from '../../deliveries/deliveryadmin.ts';
import { parkedReasons } from '../../deliveries/deliveries.ts';
import { eventsOf } from '../../deliveries/history.ts';
import { boundsOf, isOfHeld, statesOf } from '../../deliveries/listing.ts';
import { inSlices, wholeSlice } from '../../deliveries/slices.ts';
import { keyAsItCame } from '../../deliveries/storeddelivery.ts';
import type { LedgerTimes } from '../../ledger.ts';
import type { Notices, Parameter, Query, ResultRow } from '../database.ts';
import { statements } from '../statements.ts';
import { eventsOfResult, recordOfResult } from './recordrows.ts';

type Parts = Readonly<{
  query: Query;
  /** Told of what is due now. */
  notices: Pick<Notices, 'send'>;
  times: Pick<LedgerTimes, 'retentionMs'>;
}>;
/** Up to `most` deliveries that are to be decided about, by their ids. */
type FindIds = (most: number) => Promise<readonly string[]>;
type Page = Readonly<{ limit: number | null; after?: ListPlace }>;

/** What people do with the deliveries of the ledger in PostgreSQL. Many are changed in slices. */
export class PostgresAdmin implements DeliveryAdmin {
  readonly #query: Query;
  readonly #notices: Parts['notices'];
  readonly #times: Parts['times'];

  constructor({ query, notices, times }: Parts) {
    this.#query = query;
    this.#notices = notices;
    this.#times = times;
  }

  async list(filter: DeliveryFilter, page: Page): Promise<readonly DeliveryRecord[]> {
    const states = statesOf(filter);
    const rows = await (filter.digests === undefined
      ? this.#listed(filter, states, page)
      : this.#query(statements.searchDeliveries, searchValues(filter, states, page)));
    return rows.map(recordOfResult);
  }

  async find(
    id: string,
  ): Promise<Readonly<{ record: DeliveryRecord; events: readonly DeliveryEvent[] }> | undefined> {
    const [row] = await this.#query(statements.findRecord, [id]);
    if (row === undefined) return undefined;
    const record = recordOfResult(row);
    return { record, events: eventsOf({ since: record.since, history: eventsOfResult(row) }) };
  }

  async webhookOf(id: string): Promise<SealedWebhook | undefined> {
    const [row] = await this.#query(statements.findWebhook, [id]);
    if (!(row?.['webhook'] instanceof Uint8Array)) return undefined;
    const key = keyAsItCame(String(row['key']), id);
    return { webhook: row['webhook'], context: { tenant: String(row['tenant']), key } };
  }

  replayAll(filter: DeliveryFilter, decision: Decision, limit: number): Promise<number> {
    const find: FindIds = (most) => this.#parked(filter, most);
    return decideAll(limit, find, (ids) => this.#replay(ids, decision));
  }

  async replayOne(id: string, decision: Decision, correction?: Correction): Promise<boolean> {
    if (correction === undefined) return (await this.#replay([id], decision)) > 0;
    const { webhook, summary, digests, fingerprint } = correction;
    const found = [digests.id, digests.person, digests.email];
    const values = [id, JSON.stringify(decision), webhook, summary, ...found, fingerprint];
    return this.#dueNow(await this.#query(statements.correct, values)) > 0;
  }

  discardAll(filter: DeliveryFilter, decision: Decision, limit: number): Promise<number> {
    const what = isOfHeld(filter) ? 'held' : 'parked';
    const find: FindIds = (most) => (what === 'held' ? this.#held(filter, most) : this.#parked(filter, most));
    return decideAll(limit, find, (ids) => this.#discard(ids, decision, what));
  }

  async discardOne(id: string, decision: Decision): Promise<boolean> {
    return (await this.#discard([id], decision, 'unfinished')) > 0;
  }

  async erase(
    tenant: string,
    { id, person, email }: NonNullable<DeliveryFilter['digests']>,
    decision: Decision,
  ): Promise<ErasedCount> {
    const whose = [tenant, id ?? null, person ?? null, email ?? null];
    const values = [...whose, JSON.stringify(decision), this.#times.retentionMs];
    const erased = await inSlices(Infinity, async (most) =>
      wholeSlice((await this.#query(statements.erase, [...values, most])).length),
    );
    const [left] = await this.#query(statements.countPerson, whose);
    return { erased, underWay: Number(left?.['count']) };
  }

  async activity(tenant: string, since: number): Promise<readonly HourCount[]> {
    const rows = await this.#query(statements.activity, [tenant, since]);
    return rows.map((row) => ({
      hour: Number(row['hour']),
      state: row['state'] as DeliveryState,
      count: Number(row['count']),
    }));
  }

  #listed(
    filter: DeliveryFilter,
    states: readonly DeliveryState[],
    { limit, after }: Page,
  ): Promise<readonly ResultRow[]> {
    const { tenants, action = null, reason = null } = filter;
    const { since, before, beforeId } = boundsOf(filter, after);
    const bounds = [since, before, beforeId, limit];
    const isWaiting = states.includes('waiting');
    const isParked = states.includes('parked');
    if (reason === null || !(isWaiting || isParked))
      return this.#query(statements.listDeliveries, [tenants, states, action, reason, ...bounds]);
    return this.#query(statements.listReason, [tenants, isWaiting, isParked, action, reason, ...bounds]);
  }

  /** Up to so many parked deliveries, the oldest first, by their ids. */
  async #parked(filter: DeliveryFilter, most: number): Promise<readonly string[]> {
    const states = statesOf(filter).filter((state) => state === 'parked');
    if (states.length === 0) return [];
    if (filter.digests !== undefined) return this.#searchOldest(filter, 'parked', most);
    const { tenants, reason, action = null, since = 0, until = Infinity } = filter;
    const reasons = reason === undefined ? parkedReasons : [reason];
    const rows = await this.#query(statements.findParked, [tenants, reasons, action, since, until, most]);
    return rows.map(idOf);
  }

  /** Up to so many held deliveries, the oldest first, by their ids. */
  async #held(filter: DeliveryFilter, most: number): Promise<readonly string[]> {
    if (filter.digests !== undefined) return this.#searchOldest(filter, 'waiting', most);
    const { tenants, action = null, since = 0, until = Infinity } = filter;
    const rows = await this.#query(statements.findHeld, [tenants, action, since, until, most]);
    return rows.map(idOf);
  }

  async #searchOldest(
    filter: DeliveryFilter,
    state: DeliveryState,
    most: number,
  ): Promise<readonly string[]> {
    const values = searchValues(filter, [state], { limit: null });
    const newest = await this.#query(statements.searchDeliveries, values);
    return newest.map(idOf).reverse().slice(0, most);
  }

  async #replay(ids: readonly string[], decision: Decision): Promise<number> {
    return this.#dueNow(await this.#query(statements.replay, [ids, JSON.stringify(decision)]));
  }

  async #discard(ids: readonly string[], decision: Decision, what: Discardable): Promise<number> {
    const values = [ids, JSON.stringify(decision), this.#times.retentionMs, what];
    return (await this.#query(statements.discard, values)).length;
  }

  /** Says so if any of them is due now; gives how many they are. */
  #dueNow({ length }: readonly ResultRow[]): number {
    if (length > 0) this.#notices.send();
    return length;
  }
}

function decideAll(
  limit: number,
  find: FindIds,
  decide: (ids: readonly string[]) => Promise<number>,
): Promise<number> {
  return inSlices(limit, async (most) => {
    const ids = await find(most);
    return { found: ids.length, changed: ids.length === 0 ? 0 : await decide(ids) };
  });
}

function searchValues(
  filter: DeliveryFilter,
  states: readonly DeliveryState[],
  { limit, after }: Page,
): readonly Parameter[] {
  const { tenants, action = null, reason = null, digests = {} } = filter;
  const { since, before, beforeId } = boundsOf(filter, after);
  const { id = null, person = null, email = null } = digests;
  return [tenants, states, action, reason, since, before, beforeId, limit, id, person, email];
}

function idOf(row: ResultRow): string {
  return String(row['delivery_id']);
}
