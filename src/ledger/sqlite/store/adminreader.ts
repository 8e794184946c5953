import type { StatementSync } from 'node:sqlite';
import { parkedReasons } from '../../deliveries/deliveries.ts';
import type {
  DeliveryFilter,
  DeliveryRecord,
  DeliveryState,
  Discardable,
  HourCount,
  ListPlace,
  SealedWebhook,
} from '../../deliveries/deliveryadmin.ts';
import { deliveryStates } from '../../deliveries/deliveryadmin.ts';
import { eventsOf } from '../../deliveries/history.ts';
import { boundsOf, newestOf, statesOf } from '../../deliveries/listing.ts';
import { keyAsItCame } from '../../deliveries/storeddelivery.ts';
import type { Moment } from '../../storedentry.ts';
import type { AdminAnswers, AdminArguments } from '../admincalls.ts';
import { historyOf } from './deliveryrows.ts';
import type { Prepare } from './entrytable.ts';
import { recordOf } from './recordrows.ts';

type Page = AdminArguments['list'];
type Digests = NonNullable<DeliveryFilter['digests']>;
/** What is decided about in bulk. */
type Decidable = Exclude<Discardable, 'unfinished'>;
type Values = Record<string, string | number | null>;

/** Looks at deliveries for people; changes nothing. */
export class AdminReader {
  readonly #list: StatementSync;
  readonly #listByReason: Readonly<Partial<Record<DeliveryState, StatementSync>>>;
  readonly #search: StatementSync;
  readonly #find: StatementSync;
  readonly #findWebhook: StatementSync;
  readonly #findDecidable: Readonly<Record<Decidable, StatementSync>>;
  readonly #activity: StatementSync;

  constructor(prepare: Prepare) {
    this.#list = prepare('admin/list');
    this.#listByReason = {
      waiting: prepare('admin/list-waiting'),
      parked: prepare('admin/list-parked'),
    };
    this.#search = prepare('admin/search');
    this.#find = prepare('admin/find');
    this.#findWebhook = prepare('admin/find-webhook');
    this.#findDecidable = {
      parked: prepare('admin/find-parked'),
      held: prepare('admin/find-held'),
    };
    this.#activity = prepare('admin/activity');
  }

  list(page: Page, at: Moment): readonly DeliveryRecord[] {
    const { filter, limit } = page;
    if (filter.digests !== undefined) return this.#searched(page, filter.digests, at);
    const ranges = filter.tenants.flatMap((tenant) =>
      statesOf(filter).map((state) => this.#range(page, { tenant, state }, at)),
    );
    return newestOf(ranges, limit);
  }

  find({ id }: AdminArguments['find'], at: Moment): AdminAnswers['find'] {
    const row = this.#find.get({ $id: id, $now: at.now });
    if (row === undefined) return undefined;
    const record = recordOf(row, at);
    const history = historyOf({ history: textOf(row['history']) });
    return { record, events: eventsOf({ since: record.since, history }) };
  }

  webhookOf({ id }: AdminArguments['webhookOf'], at: Moment): SealedWebhook | undefined {
    const { key, tenant, webhook } = this.#findWebhook.get({ $id: id, $now: at.now }) ?? {};
    if (typeof key !== 'string' || typeof tenant !== 'string' || !(webhook instanceof Uint8Array))
      return undefined;
    return { webhook, context: { tenant, key: keyAsItCame(key, id) } };
  }

  activity({ tenant, since }: AdminArguments['activity']): readonly HourCount[] {
    return deliveryStates.flatMap((state) =>
      this.#activity
        .all({ $tenant: tenant, $state: state, $since: since })
        .map(({ hour, count }) => ({ hour: Number(hour), state, count: Number(count) })),
    );
  }

  /** Up to so many deliveries that are parked, or that are held, the oldest first, by their ids. */
  decidableIds(filter: DeliveryFilter, what: Decidable, limit: number, at: Moment): readonly string[] {
    const state = what === 'held' ? 'waiting' : what;
    if (!statesOf(filter).includes(state)) return [];
    const found: ListPlace[] =
      filter.digests === undefined
        ? this.#decidable(filter, what, limit, at)
        : [...this.#searched({ filter: { ...filter, state }, limit: -1 }, filter.digests, at)];
    return found
      .sort((one, other) => one.since - other.since)
      .slice(0, limit)
      .map(({ id }) => id);
  }

  #decidable(filter: DeliveryFilter, what: Decidable, limit: number, at: Moment): ListPlace[] {
    const { action = null, since = 0, until = Infinity } = filter;
    const common = { $since: since, $until: until, $action: action, $now: at.now, $most: limit };
    const reasons = filter.reason === undefined ? parkedReasons : [filter.reason];
    return filter.tenants.flatMap((tenant) =>
      reasons.flatMap((reason) =>
        this.#findDecidable[what]
          .all({ ...common, $tenant: tenant, $reason: reason })
          .map(({ delivery_id: id, since: moment }) => ({ id: String(id), since: Number(moment) })),
      ),
    );
  }

  #range(
    page: Page,
    { tenant, state }: Readonly<{ tenant: string; state: DeliveryState }>,
    at: Moment,
  ): readonly DeliveryRecord[] {
    const { reason = null } = page.filter;
    const values = { ...valuesOf(page, at), $tenant: tenant, $reason: reason };
    const byReason = reason === null ? undefined : this.#listByReason[state];
    const rows = byReason?.all(values) ?? this.#list.all({ ...values, $state: state });
    return rows.map((row) => recordOf(row, at));
  }

  #searched(page: Page, digests: Digests, at: Moment): readonly DeliveryRecord[] {
    const { tenants, state = null, reason = null } = page.filter;
    const asked = { $tenants: JSON.stringify(tenants), $state: state, $reason: reason };
    const values = { ...valuesOf(page, at), ...asked, ...digestValues(digests) };
    return this.#search.all(values).map((row) => recordOf(row, at));
  }
}

/** Digests as the statements take them. */
export function digestValues({ id, person, email }: Digests): Values {
  const arrayOf = (values: readonly string[] | undefined): string | null =>
    values === undefined ? null : JSON.stringify(values);
  return { $ids: arrayOf(id), $persons: arrayOf(person), $emails: arrayOf(email) };
}

function valuesOf({ filter, limit, after }: Page, { now }: Moment): Values {
  const { since, before, beforeId } = boundsOf(filter, after);
  const { action = null } = filter;
  return { $since: since, $before: before, $before_id: beforeId, $action: action, $now: now, $most: limit };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
