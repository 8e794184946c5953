import type { DeliveryCount, WaitingReason } from '../../ledger/deliveries/deliveries.ts';
import type { Tenant } from '../../tenants/tenant.ts';

/** What waits for one of these is due at once when its tenant changes: it may be mended. */
export const mendable = [
  'suspended',
  'held',
  'credentials_refused',
  'throttled',
  'unavailable',
] as const satisfies readonly WaitingReason[];

/**
 * How much of what waits for a tenant is woken when it changes. All of it; but what a budget holds again would be woken
 * again and again, so that of a tenant with budgets it is as much as waits now.
 * `countAll` is asked for a tenant with budgets only.
 */
export async function mostToWake(
  { slug, limits }: Pick<Tenant, 'slug' | 'limits'>,
  countAll: () => Promise<readonly DeliveryCount[]>,
): Promise<number> {
  if (limits?.perDay === undefined && limits?.perProfilePerDay === undefined) return Infinity;
  const waiting = (await countAll()).filter(({ tenant, state, reason }) => {
    return tenant === slug && state === 'waiting' && mendable.some((one) => one === reason);
  });
  return waiting.reduce((sum, { count }) => sum + count, 0);
}
