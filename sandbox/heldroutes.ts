import { fieldsOf, json, notFound, type Answer } from './http.ts';
import type { FieldErrors, Fields } from './fieldchecks.ts';
import type { Held, Holdings, InputOf } from './holdings.ts';
import { filterValues, page } from './paging.ts';
import { refusal } from './refusals.ts';
import type { Exchange } from './routes.ts';
import type { Switches } from './switches.ts';
import type { Tenant } from './tenant.ts';

/** What is added to ids that count from 1. */
const offset = ({ firstRewardId }: Switches) => BigInt(firstRewardId) - 1n;

/** The count behind an id in a path; NaN if it is none. */
const countOf = (id: string, switches: Switches) =>
  /^\d+$/.test(id) ? Number(BigInt(id) - offset(switches)) : Number.NaN;

/** What the routes of one kind do in their own way. */
export type HeldKind<T extends Held> = {
  holdings: (tenant: Tenant) => Holdings<T>;
  read: (
    fields: Fields,
    tenant: Tenant,
    switches: Switches,
  ) => { input: InputOf<T> } | { errors: FieldErrors };
  /** What an answer shows otherwise than it is held; an external_id may be hidden by a switch. */
  present: (row: T, switches: Switches, now: number) => object;
  /** Whether it can be used now. */
  isValid: (row: T, now: number) => boolean;
  /** The values of a field that a list can be filtered by, beside external_id. */
  filters: readonly (keyof T & string)[];
  /** Whether the rest of the query asks for it. */
  isWanted?: (row: T, query: URLSearchParams) => boolean;
};

export type HeldRoutes = Record<'create' | 'list' | 'get' | 'remove', (exchange: Exchange) => Answer>;

/** The routes of a kind that is found by its external_id. */
export function heldRoutes<T extends Held>(kind: HeldKind<T>): HeldRoutes {
  const present = (row: T, switches: Switches, now: number) => ({
    ...row,
    external_id: switches.showExternalId ? row.external_id : undefined,
    ...kind.present(row, switches, now),
    id: JSON.rawJSON(String(BigInt(row.id) + offset(switches))),
    // JSON leaves out what is undefined.
    committedAt: undefined,
  });
  return {
    create({ tenant, ask, switches }) {
      const read = kind.read(fieldsOf(ask), tenant, switches);
      if ('errors' in read) {
        if (switches.refusalWords !== 'fields') return refusal(422, switches.refusalWords);
        return json(422, { message: 'The given data was invalid.', errors: read.errors });
      }
      const row = kind.holdings(tenant).commit(read.input);
      return { ...json(201, { data: present(row, switches, tenant.now()) }), committed: true };
    },
    /** It lags behind the commits by as much as the switch says. */
    list({ tenant, ask, switches }) {
      const held = kind.holdings(tenant);
      const now = tenant.now();
      const wanted = filterValues(ask.query, 'external_id');
      const find = (value: string) => held.byFilter(value, switches.externalIdFilter);
      const rows = wanted ? [...new Set(wanted.flatMap(find))] : held.all();
      const { lookupLagMs: lag, listsOnlyValid } = switches;
      const isWanted = (row: T) =>
        kind.filters.every((field) => filterValues(ask.query, field)?.includes(String(row[field])) ?? true) &&
        (kind.isWanted?.(row, ask.query) ?? true);
      // Without a lag no clock is asked: one that is set back would hide what was committed before.
      const visible = rows.filter(
        (row) =>
          isWanted(row) &&
          (lag === 0 || row.committedAt + lag <= now) &&
          (!listsOnlyValid || kind.isValid(row, now)),
      );
      return page(visible, ask, switches.pageSize, (row) => present(row, switches, now));
    },
    get({ tenant, id, switches }) {
      const row = kind.holdings(tenant).get(countOf(id, switches));
      return row ? json(200, { data: present(row, switches, tenant.now()) }) : notFound();
    },
    remove({ tenant, id, switches }) {
      const isGone = kind.holdings(tenant).remove(countOf(id, switches));
      return isGone ? { status: 204, headers: {}, body: '', committed: true } : notFound();
    },
  };
}
