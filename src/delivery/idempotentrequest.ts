import { hash, randomUUID } from 'node:crypto';
import type { Entry } from '../ledger/ledger.ts';
import { externalIdOf } from '../omneo/rewards/externalid.ts';
import type { NewReward } from '../omneo/rewards/rewards.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { LocalTimes } from '../actions/rewards/localtimes.ts';
import type { Webhook } from '../actions/rewards/payload.ts';

/** A webhook with the key it is remembered under. */
export type IdempotentRequest = Readonly<{
  webhook: Webhook;
  entry: Entry;
  /** It came without an id: only its own retries count as the same, not an equal webhook later. */
  anonymous: boolean;
  /** What log lines about it name it by. */
  names: Readonly<{ tenant: string; request_id: string }>;
}>;

/**
 * Names the webhook for the ledger. One that has no id goes by a digest of its body, under which Klaviyo's retry
 * of it is found, and gets an `external_id` of our own. Keys hold digests only: no e-mail, no payload.
 *
 * An id belongs to the Omneo that is asked, by its base URL: two slugs of one Omneo share it, and one that moves to
 * another Omneo begins anew. An equal body without an id is another webhook under another slug.
 */
export function toIdempotentRequest(
  tenant: Tenant,
  webhook: Webhook,
  rawBody: string,
  requestId: string,
): IdempotentRequest {
  const { slug } = tenant;
  const { baseURL } = tenant.omneo;
  const names = Object.freeze({ tenant: slug, request_id: requestId });
  const person = webhook.personId ?? webhook.email?.normalize('NFC').toLowerCase() ?? '';
  const fingerprint = sha256(JSON.stringify([person, webhook.definitionId, webhook.amount]));
  if (webhook.id !== null) {
    const key = `rewards/id/${sha256(`${baseURL}\n${webhook.id}`)}`;
    const externalId = externalIdOf(webhook.id);
    const entry = { key, tenant: slug, fingerprint, externalId };
    return Object.freeze({ webhook, entry, anonymous: false, names });
  }
  const key = `rewards/body/${sha256(`${baseURL}\n${slug}\n${rawBody}`)}`;
  const externalId = `gw-${randomUUID()}`;
  const entry = { key, tenant: slug, fingerprint, externalId, madeUp: true };
  return Object.freeze({ webhook, entry, anonymous: true, names });
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
