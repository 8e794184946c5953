import type { ListPlace } from '../../../ledger/deliveries/deliveryadmin.ts';
import { deliveryAnswer } from '../answers/deliveryanswer.ts';
import type { ApiParts } from '../apiparts.ts';
import type { ApiExchange, ApiStep } from '../apistate.ts';
import { cursorOf, placeOfCursor } from '../requests/cursor.ts';
import { isSearch, toFilter } from '../requests/filters.ts';
import { requestFault, invalidRequest, readFields } from '../requests/requestfields.ts';
import { type ListQuery, limits, listQuery } from '../requests/schemas.ts';
import type { TenantAccess } from '../tenantaccess.ts';

type Parts = Pick<ApiParts, 'admin' | 'keyring' | 'actions'> & Readonly<{ access: TenantAccess }>;

/** `GET /api/v1/deliveries` */
export function listDeliveries({ admin, keyring, actions, access }: Parts): ApiStep {
  return async function listDeliveries(ctx) {
    const query = readFields(listQuery, ctx.query, 'query');
    if (query.tenant === undefined && isSearch(query))
      throw invalidRequest([requestFault('tenant', 'missing_for_search')]);
    const tenants = await tenantsOf(ctx, query, access);
    const limit = Number(query.limit ?? limits.page);
    const filter = toFilter(query, tenants, keyring);
    const records = tenants.length === 0 ? [] : await admin.list(filter, pageOf(query, limit + 1));
    const shown = records.slice(0, limit);
    ctx.body = {
      deliveries: shown.map((record) => deliveryAnswer(record, actions)),
      ...nextOf(records.length > limit ? shown.at(-1) : undefined),
    };
  };
}

async function tenantsOf(
  { state }: ApiExchange,
  { tenant }: ListQuery,
  access: TenantAccess,
): Promise<readonly string[]> {
  if (tenant !== undefined) return [(await access.require(state.identity, tenant, 'list')).slug];
  return (await access.listable(state.identity)).map(({ slug }) => slug);
}

function pageOf({ cursor }: ListQuery, limit: number): Readonly<{ limit: number; after?: ListPlace }> {
  const after = cursor === undefined ? undefined : placeOfCursor(cursor);
  return after === undefined ? { limit } : { limit, after };
}

function nextOf(last: ListPlace | undefined): object {
  return last === undefined ? {} : { next_cursor: cursorOf(last) };
}
