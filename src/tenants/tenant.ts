import type { Confidential } from './confidential.ts';
import type { Limits } from './limits.ts';

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
export type WebhookSecret = Readonly<{
  name: string;
  value: Confidential;
  /** A webhook with it is rehearsed: nothing is created, and nothing stored. */
  isRehearsal: boolean;
  /** Absent: it may be used to ask for all that the tenant may issue. */
  scope?: SecretScope;
}>;

/** What webhooks with a secret may ask for. What is absent is not bounded. */
export type SecretScope = Readonly<{
  /** Names of actions. */
  actions?: readonly string[];
  /** Ids of reward definitions in Omneo. */
  rewardDefinitions?: readonly number[];
}>;

/** How Klaviyo is told how webhooks end; `refusal`: not yet, since the API key cannot be read. */
export type KlaviyoEvents = Readonly<{ apiKey: Confidential }> | Readonly<{ refusal: Refusal }>;

/** As many as an OmneoTenant may list (`maxItems` of the CRD). */
export const maxWebhookSecrets = 4;

/** What it takes to recognise a webhook secret, and not to show it. */
export type SecretDigest = Readonly<{ name: string; value: Readonly<Pick<Confidential, 'digest'>> }>;

/** A registered customer of the gateway, complete: serving it takes no further look-ups. */
export type Tenant = Readonly<{
  slug: string;
  /** `<namespace>/<name>` of the OmneoTenant. */
  key: string;
  webhookSecrets: readonly WebhookSecret[];
  /** `callsPerMinute` caps the calls of one replica; absent: the spec sets no cap. */
  omneo: Readonly<{ baseURL: string; credentials: Credentials; callsPerMinute?: number }>;
  /** `actions` are the names of those that its webhooks may ask for. */
  klaviyo: Readonly<{
    identityHandle: string;
    identifiers: 'both' | 'any';
    actions: readonly string[];
  }>;
  /** Absent: Klaviyo is told nothing. */
  klaviyoEvents?: KlaviyoEvents;
  /** `expiresAfter` in milliseconds; absent: left to Omneo. */
  rewards: Readonly<{ timezone: string; expiresAfter?: number }>;
  /** Absent: nothing is bounded. */
  limits?: Limits;
  delivery: Readonly<{
    /** Whether a webhook that cannot be delivered at once is kept and answered 202. */
    isDurable: boolean;
    /** Whether that goes for a customer whom Omneo does not know too; false unless delivery is durable. */
    waitsForProfile: boolean;
    /** How long a webhook is tried again before it is parked. */
    giveUpAfterMs: number;
  }>;
}>;

/** How many webhooks of one tenant are not done, and when the oldest that waits arrived, in milliseconds since the epoch. */
export type DeliveryCounts = Readonly<{ waiting: number; parked: number; oldestWaitingAt: number | null }>;

/** Why an OmneoTenant cannot be served: the condition that is False, its reason, and one sentence. */
export type Refusal = Readonly<{
  condition: 'Accepted' | 'ResolvedRefs' | 'Ready';
  reason: 'Invalid' | 'SecretNotFound' | 'SecretKeyMissing' | 'InvalidSecret' | 'Suspended';
  /** Names the field, or the object and key, to fix; never a value. */
  message: string;
}>;

/**
 * What became of one OmneoTenant: a Tenant, or the reason why there is none. `webhookSecrets` holds what could
 * be read either way, so that a caller can be authenticated before it is answered that it has to retry later.
 * `suspended` is the tenant that would be served if it were not suspended.
 */
export type Resolution = Readonly<{
  webhookSecrets: readonly WebhookSecret[];
  /** A webhook secret that is referred to could not be read: a caller who matches none may have the right one. */
  hasUnreadSecret?: true;
}> &
  (Readonly<{ tenant: Tenant }> | Readonly<{ refusal: Refusal; suspended?: Tenant }>);

/** The tenant that is served, or would be if it were not suspended; undefined: nobody can tell what it would be. */
export function tenantBehind(resolution: Resolution | undefined): Tenant | undefined {
  if (resolution === undefined) return undefined;
  return 'tenant' in resolution ? resolution.tenant : resolution.suspended;
}

const suspensionOfAll: Refusal = Object.freeze({
  condition: 'Ready',
  reason: 'Suspended',
  message: 'SUSPEND_ALL_FILE of the gateway says that every tenant is suspended.',
});

/** The same OmneoTenant while every tenant is suspended. */
export function suspendedAsAll(resolution: Resolution): Resolution {
  if (!('tenant' in resolution)) return resolution;
  const { tenant, ...others } = resolution;
  return { ...others, refusal: suspensionOfAll, suspended: tenant };
}

/** Carries a Refusal from the place that finds it to `resolve`, which returns it; nobody else sees one. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(condition: Refusal['condition'], reason: Refusal['reason'], message: string) {
    super(message);
    this.name = 'Refused';
    this.refusal = Object.freeze({ condition, reason, message });
  }
}

/** The spec itself has to be changed. */
export function invalid(message: string): Refused {
  return new Refused('Accepted', 'Invalid', message);
}
