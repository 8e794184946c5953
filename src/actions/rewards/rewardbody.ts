import type { NewReward } from '../../omneo/rewards/rewards.ts';
import type { Tenant } from '../../tenants/tenant.ts';
import type { LocalTimes } from './localtimes.ts';
import type { Webhook } from './payload.ts';

type Dated = Readonly<{ profileId: string; externalId: string; now: number; localTimes: LocalTimes }>;

/**
 * The reward to create: what the webhook passes through, under what the gateway sets. Dates are sent as local
 * time in the reward's own time zone, the one form whose meaning Omneo's tests pin down.
 */
export function toReward(
  webhook: Webhook,
  tenant: Tenant,
  { profileId, externalId, now, localTimes }: Dated,
): NewReward {
  const { timezone: defaultZone, expiresAfter } = tenant.rewards;
  const zone = webhook.fields['timezone'];
  const timezone = typeof zone === 'string' ? zone : defaultZone;
  return {
    ...(expiresAfter !== undefined && { expires_at: localTimes.write(now + expiresAfter, timezone) }),
    ...webhook.fields,
    timezone,
    profile_id: profileId,
    external_id: externalId,
    reward_definition_id: webhook.definitionId,
    value_initial: webhook.amount,
    value_remaining: webhook.amount,
  };
}
