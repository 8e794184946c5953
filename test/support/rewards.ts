import { LocalTimes } from '../../src/actions/localtimes.ts';
import type { Webhook } from '../../src/actions/rewards/payload.ts';
import { RewardRequest } from '../../src/actions/rewards/rewardsaction.ts';
import type { Tenant } from '../../src/tenants/tenant.ts';

const localTimes = new LocalTimes();

/** A webhook of Ada's for a reward of 10, with an id of its own unless changed. */
export const adaWebhook: Webhook = Object.freeze({
  id: 'r-1',
  personId: '01ACMEADA',
  email: 'ada@example.com',
  emailFault: null,
  definitionId: 42,
  amount: 10,
  fields: {},
});

/** A tenant as far as requests and rewards need one. */
export function tenantOf(slug: string, rewards: Tenant['rewards'] = { timezone: 'UTC' }): Tenant {
  return { slug, omneo: { baseURL: `https://${slug}.example/api/v3` }, rewards, limits: {} } as Tenant;
}

/** What a webhook asks for that was parsed before, for a tenant whose rewards have no defaults unless one is given. */
export function rewardRequestOf(webhook: Webhook, tenant = tenantOf('acme')): RewardRequest {
  return new RewardRequest(webhook, tenant, localTimes);
}
