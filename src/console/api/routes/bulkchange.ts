import type {
  Decision,
  DeliveryAdmin,
  DeliveryFilter,
  DeliveryState,
} from '../../../ledger/deliveries/deliveryadmin.ts';
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
  /** The state of what it changes, of those with this reason. */
  stateOf: (reason: string | undefined) => DeliveryState;
  make: (admin: DeliveryAdmin, filter: DeliveryFilter, decision: Decision, limit: number) => Promise<number>;
}>;

/** `POST /api/v1/deliveries/replay` */
export function replayDeliveries(parts: Parts): ApiStep {
  const make: Change['make'] = (admin, ...asked) => admin.replayAll(...asked);
  return changeDeliveries(parts, { change: 'replayed', needed: 'update', stateOf: () => 'parked', make });
}

/** `POST /api/v1/deliveries/discard` */
export function discardDeliveries(parts: Parts): ApiStep {
  const make: Change['make'] = (admin, ...asked) => admin.discardAll(...asked);
  const stateOf: Change['stateOf'] = (reason) => (reason === 'held' ? 'waiting' : 'parked');
  return changeDeliveries(parts, { change: 'discarded', needed: 'delete', stateOf, make });
}

function changeDeliveries(
  { admin, keyring, access, audit }: Parts,
  { change, needed, stateOf, make }: Change,
): ApiStep {
  return async function changeDeliveries(ctx) {
    const { filter: wanted, why, limit = limits.bulk } = readFields(bulkRequest, ctx.state.body, 'body');
    const { identity } = ctx.state;
    const { slug } = await access.require(identity, wanted.tenant, 'list', needed);
    const filter = toFilter({ ...wanted, state: stateOf(wanted.reason) }, [slug], keyring);
    const count = await make(admin, filter, { by: identity.user, why }, limit);
    audit.changed(ctx, { change, tenant: slug, count, why });
    // Fewer than were asked for: there were no more.
    const hasMore = count >= limit && (await admin.list(filter, { limit: 1 })).length > 0;
    ctx.body = { count, has_more: hasMore };
  };
}
