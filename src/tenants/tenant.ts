import type { Confidential } from './confidential.ts';

/** How the gateway proves itself to Omneo. */
export type Credentials =
  | Readonly<{ kind: 'token'; token: Confidential }>
  | Readonly<{
      kind: 'oauth';
      grantType: 'client_credentials' | 'password';
      tokenURL: string;
      scope: string;
      clientId: Confidential;
      clientSecret: Confidential;
      username?: Confidential;
      password?: Confidential;
    }>;

/** One value that `x-omneo-secret` may have, under the name of where it lies: `<secret>/<key>`. */
export type WebhookSecret = Readonly<{ name: string; value: Confidential }>;

/** As many as an OmneoTenant may list (`maxItems` of the CRD). */
export const maxWebhookSecrets = 4;

/** What it takes to recognise a webhook secret, and not to show it. */
export type SecretDigest = Readonly<{ name: string; value: Readonly<Pick<Confidential, 'digest'>> }>;

/** A registered customer of the gateway, complete: whoever holds one can serve it without further look-ups. */
export type Tenant = Readonly<{
  slug: string;
  /** `<namespace>/<name>` of the OmneoTenant. */
  key: string;
  webhookSecrets: readonly WebhookSecret[];
  omneo: Readonly<{ baseURL: string; credentials: Credentials }>;
  klaviyo: Readonly<{ identityHandle: string; identifiers: 'both' | 'any' }>;
  /** `expiresAfter` in milliseconds; absent: left to Omneo. */
  rewards: Readonly<{ timezone: string; expiresAfter?: number }>;
}>;

/** Why an OmneoTenant cannot be served: the condition that is False, its reason, and one sentence. */
export type Refusal = Readonly<{
  condition: 'Accepted' | 'ResolvedRefs' | 'Ready';
  reason: 'Invalid' | 'SecretNotFound' | 'SecretKeyMissing' | 'InvalidSecret' | 'Suspended';
  /** Names the field, or the object and key, to fix; never a value. */
  message: string;
}>;

/**
 * What became of one OmneoTenant: a Tenant, or the reason why there is none. `webhookSecrets` holds what could
 * be read either way, so that a caller can be authenticated before being told to come back later.
 */
export type Resolution = Readonly<{
  webhookSecrets: readonly WebhookSecret[];
  /** A webhook secret that is referred to could not be read: whoever matches none may have the right one all the same. */
  hasUnreadSecret?: true;
}> &
  (Readonly<{ tenant: Tenant }> | Readonly<{ refusal: Refusal }>);
