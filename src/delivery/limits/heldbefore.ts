import { dayOf } from '../../lib/calendar/dayof.ts';
import type { Tenant } from '../../tenants/tenant.ts';
import type { LatestCounts } from '../counts/latestcounts.ts';

/**
 * Whether webhooks of the tenant wait that came on an earlier day than `now`, in milliseconds since the epoch, and that its
 * budget holds, as far as they were counted. What came since then is no reason: what queues behind them is held too.
 */
export function isHeldBefore(
  { slug, limits, rewards }: Tenant,
  counts: Pick<LatestCounts, 'of'>,
  now: number,
): boolean {
  if (limits?.perDay === undefined) return false;
  const held = counts.of(slug).find(({ reason }) => reason === 'held');
  if (held === undefined) return false;
  return dayOf(rewards.timezone, held.oldest).name !== dayOf(rewards.timezone, now).name;
}
