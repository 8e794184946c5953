import type { Decision, DeliveryAdmin, DeliveryFilter } from '../../../ledger/deliveries/deliveryadmin.ts';
import type { Permission } from '../../access/access.ts';
import type { ApiParts } from '../apiparts.ts';
import type { ApiStep } from '../apistate.ts';
import type { Audit } from '../audit.ts';
import { toFilter } from '../requests/filters.ts';
import { readFields } from '../requests/requestfields.ts';
import { bulkRequest, limits } from '../requests/schemas.ts';
import type { TenantAccess } from '../tenantaccess.ts';

type Parts = Pick<ApiParts, 'admin' | 'keyring'> & Readonly<{ access: TenantAccess; audit: Audit }>;

type Change = Readonly<{
  change: 'replayed' | 'discarded';
  needed: Permission;
  make: (admin: DeliveryAdmin, filter: DeliveryFilter, decision: Decision, limit: number) => Promise<number>;
}>;

/** `POST /api/v1/deliveries/replay` */
export function replayDeliveries(parts: Parts): ApiStep {
  const make: Change['make'] = (admin, ...asked) => admin.replayAll(...asked);
  return changeDeliveries(parts, { change: 'replayed', needed: 'update', make });
}

/** `POST /api/v1/deliveries/discard` */
export function discardDeliveries(parts: Parts): ApiStep {
  const make: Change['make'] = (admin, ...asked) => admin.discardAll(...asked);
  return changeDeliveries(parts, { change: 'discarded', needed: 'delete', make });
}

function changeDeliveries(
  { admin, keyring, access, audit }: Parts,
  { change, needed, make }: Change,
): ApiStep {
  return async function changeDeliveries(ctx) {
    const { filter: wanted, why, limit = limits.bulk } = readFields(bulkRequest, ctx.state.body, 'body');
    const { identity } = ctx.state;
    const { slug } = await access.require(identity, wanted.tenant, 'list', needed);
    const filter = toFilter({ ...wanted, state: 'parked' }, [slug], keyring);
    const count = await make(admin, filter, { by: identity.user, why }, limit);
    audit.changed(ctx, { change, tenant: slug, count, why });
    // Fewer than were asked for: there were no more.
    const hasMore = count >= limit && (await admin.list(filter, { limit: 1 })).length > 0;
    ctx.body = { count, has_more: hasMore };
  };
}
