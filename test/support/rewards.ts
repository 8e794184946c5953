import { LocalTimes } from '../../src/actions/rewards/localtimes.ts';
import type { Webhook } from '../../src/actions/rewards/payload.ts';
import { RewardRequest } from '../../src/actions/rewards/rewardsaction.ts';
import type { Tenant } from '../../src/tenants/tenant.ts';

const localTimes = new LocalTimes();
const someTenant = { slug: 'acme', rewards: { timezone: 'UTC' } } as Tenant;

/** What a webhook asks for that was parsed before, for a tenant whose rewards have no defaults unless one is given. */
export function rewardRequestOf(webhook: Webhook, tenant = someTenant): RewardRequest {
  return new RewardRequest(webhook, tenant, localTimes);
}
