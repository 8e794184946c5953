import type { DeliveryAdmin } from '../../../ledger/deliveries/deliveryadmin.ts';
import type { Permission } from '../../access/access.ts';
import { ConsoleProblem } from '../../consoleproblem.ts';
import type { ApiExchange } from '../apistate.ts';
import type { KnownTenant, TenantAccess } from '../tenantaccess.ts';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A delivery with its events, and the tenant that it is of. */
export type FoundDelivery = NonNullable<Awaited<ReturnType<DeliveryAdmin['find']>>> &
  Readonly<{ tenant: KnownTenant }>;

type Parts = Readonly<{ admin: Pick<DeliveryAdmin, 'find'>; access: TenantAccess }>;

/**
 * The delivery that the path names. One whose tenant is registered no more is as unknown as one that never was: no
 * namespace says who may see it.
 *
 * @throws ConsoleProblem `not_found` or `forbidden`, LedgerUnavailable
 */
export async function findDelivery(
  { params, state }: ApiExchange,
  { admin, access }: Parts,
  needed: Permission = 'get',
): Promise<FoundDelivery> {
  const id = (params['delivery_id'] ?? '').toLowerCase();
  const found = uuid.test(id) ? await admin.find(id) : undefined;
  if (found === undefined) throw new ConsoleProblem('not_found');
  const tenant = await access.require(state.identity, found.record.tenant, 'get', needed);
  return { ...found, tenant };
}
