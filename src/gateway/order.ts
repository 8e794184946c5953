import { hash, randomUUID } from 'node:crypto';
import type { Entry } from '../ledger/ledger.ts';
import type { NewReward } from '../omneo/newreward.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { LocalTimes } from './localtimes.ts';
import type { Webhook } from './payload.ts';

/** A webhook with the key it is remembered under. */
export type Order = Readonly<{
  webhook: Webhook;
  entry: Entry;
  /** It came without an id: only its own retries count as the same, not an equal webhook later. */
  anonymous: boolean;
}>;

/**
 * Names the webhook for the ledger. One that has no id goes by a digest of its body, under which Klaviyo's retry
 * of it is found, and gets an `external_id` of our own. Keys hold digests only: no e-mail, no payload.
 */
export function toOrder(tenant: Tenant, webhook: Webhook, rawBody: string): Order {
  const person = webhook.personId ?? webhook.email?.toLowerCase() ?? '';
  const fingerprint = sha256(JSON.stringify([person, webhook.definitionId, webhook.amount]));
  if (webhook.id !== null) {
    const key = `${tenant.slug}/id/${sha256(webhook.id)}`;
    return Object.freeze({ webhook, entry: { key, fingerprint, externalId: webhook.id }, anonymous: false });
  }
  const key = `${tenant.slug}/body/${sha256(rawBody)}`;
  const externalId = `gw-${randomUUID()}`;
  return Object.freeze({ webhook, entry: { key, fingerprint, externalId, madeUp: true }, anonymous: true });
}

/**
 * The reward to create: what the webhook passes through, under what the gateway sets. Dates are sent as local
 * time in the reward's own time zone, the one form whose meaning Omneo's tests pin down.
 */
export function toReward(
  webhook: Webhook,
  tenant: Tenant,
  {
    profileId,
    externalId,
    now,
    localTimes,
  }: Readonly<{ profileId: string; externalId: string; now: number; localTimes: LocalTimes }>,
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

function sha256(text: string): string {
  return hash('sha256', text, 'base64url');
}
