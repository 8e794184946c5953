/** Generated from crds/omneotenants.omneo.io.yaml by `npm run generate`: change the CRD instead. */

/**
 * OmneoTenant registers one customer with the gateway: where its Omneo account is, which Secrets hold its credentials, and what its Klaviyo webhooks look like. The gateway serves it within a second of a change, without a restart.
 */
export interface OmneoTenant {
  /**
   * APIVersion defines the versioned schema of this representation of an object; here omneo.io/v1alpha1.
   */
  apiVersion: 'omneo.io/v1alpha1';
  /**
   * Kind is the REST resource that this object represents; here OmneoTenant.
   */
  kind: 'OmneoTenant';
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    generation?: number;
    creationTimestamp?: string;
    labels?: {
      [k: string]: string;
    };
    annotations?: {
      [k: string]: string;
    };
    [k: string]: unknown;
  };
  spec: OmneoTenantSpec;
  status?: OmneoTenantStatus;
}
/**
 * Spec is what you want the gateway to serve.
 */
export interface OmneoTenantSpec {
  /**
   * Slug is the first segment of the tenant's webhook path, /<slug>/api/v1/webhooks/klaviyo/rewards. It defaults to metadata.name and is immutable. If two resources claim one slug, the oldest wins, then the alphabetically first namespace/name; the other one waits with Accepted=False, reason Conflicted, and takes over when the winner is deleted.
   */
  slug?: string;
  /**
   * Suspend makes the gateway issue nothing for this tenant. Where delivery is durable, its webhooks are accepted and wait until it is lifted; elsewhere they are answered 503, which Klaviyo retries for about a day.
   */
  suspend?: boolean;
  /**
   * Omneo says where the tenant's Omneo account is and how to sign in to it.
   */
  omneo: {
    /**
     * Tenant is the name of the Omneo account, from which the base URL https://api.<tenant>.getomneo.com/api/v3 is formed. It defaults to the slug.
     */
    tenant?: string;
    /**
     * BaseURL of the Omneo API, in place of the one formed from tenant. It must use https and have a host that the gateway's operator allows (UPSTREAM_HOSTS), because the tenant's credentials are sent to it; http is for a loopback host, in development.
     */
    baseURL?: string;
    /**
     * CallsPerMinute is the most calls that one replica of the gateway makes to the tenant's Omneo in a minute. If absent, the gateway learns from Omneo's answers how many it takes.
     */
    callsPerMinute?: number;
    /**
     * Credentials say how the gateway proves itself to Omneo: by OAuth or by a static token. Set exactly one of the two.
     */
    credentials: {
      /**
       * OAuth fetches short-lived tokens from Omneo and renews them in time.
       */
      oauth?: {
        /**
         * GrantType is the OAuth 2.0 grant to use. "password" needs username and password in the Secret; "client_credentials" sends them along if they are there, as Omneo documents.
         */
        grantType?: 'client_credentials' | 'password';
        /**
         * TokenURL is where tokens are fetched. It defaults to <baseURL>/auth/token and is bound by the same rules as baseURL.
         */
        tokenURL?: string;
        /**
         * Scope that is asked for; "*" is everything that the client may do.
         */
        scope?: string;
        /**
         * SecretRef names a Secret in the resource's own namespace with the keys client_id and client_secret and, where used, username and password.
         */
        secretRef: {
          /**
           * Name of the Secret.
           */
          name: string;
        };
      };
      /**
       * Token is a static access token, sent as it is.
       */
      token?: {
        /**
         * SecretRef names a Secret in the resource's own namespace and the key that holds the token.
         */
        secretRef: {
          /**
           * Name of the Secret.
           */
          name: string;
          /**
           * Key in the Secret that holds the token. It defaults to token.
           */
          key?: string;
        };
      };
    };
  };
  /**
   * Klaviyo describes the webhooks that the tenant's Flows send.
   */
  klaviyo: {
    /**
     * SecretRefs name the values that the header x-omneo-secret may have. All are accepted at once, so a rotation loses no webhook: add the new secret, change the Flow, remove the old secret.
     *
     * @minItems 1
     * @maxItems 4
     *
     * Items: A key of a Secret in the resource's own namespace.
     */
    secretRefs: {
      /**
       * Name of the Secret.
       */
      name: string;
      /**
       * Key in the Secret that holds the webhook secret: at least 16 visible ASCII characters. It defaults to webhook-secret.
       */
      key?: string;
      /**
       * Actions that this secret may be used for, by the last segment of the webhook's path. If absent, it may be used for all.
       *
       * @minItems 1
       * @maxItems 8
       *
       * Items: The name of an action.
       */
      actions?: ('rewards' | 'benefits' | 'credits' | 'interactions' | 'attributes')[];
      /**
       * RewardDefinitions are the ids, in Omneo, of the only reward definitions that this secret may be used for. If absent, it may be used for all that spec.limits allows.
       *
       * @minItems 1
       * @maxItems 200
       *
       * Items: The id of a reward definition in Omneo.
       */
      rewardDefinitions?: number[];
    }[];
    /**
     * RehearsalSecretRefs name the values of x-omneo-secret whose webhooks are rehearsed: they are answered with what would become of them, and nothing is created or stored.
     *
     * @maxItems 4
     *
     * Items: A key of a Secret in the resource's own namespace.
     */
    rehearsalSecretRefs?: {
      /**
       * Name of the Secret.
       */
      name: string;
      /**
       * Key in the Secret that holds the webhook secret: at least 16 visible ASCII characters. It defaults to webhook-secret.
       */
      key?: string;
      /**
       * Actions that this secret may be used for, by the last segment of the webhook's path. If absent, it may be used for all.
       *
       * @minItems 1
       * @maxItems 8
       *
       * Items: The name of an action.
       */
      actions?: ('rewards' | 'benefits' | 'credits' | 'interactions' | 'attributes')[];
      /**
       * RewardDefinitions are the ids, in Omneo, of the only reward definitions that this secret may be used for. If absent, it may be used for all that spec.limits allows.
       *
       * @minItems 1
       * @maxItems 200
       *
       * Items: The id of a reward definition in Omneo.
       */
      rewardDefinitions?: number[];
    }[];
    /**
     * Actions that the tenant's webhooks may ask for, by the last segment of their path. A webhook for another one is answered 404. If absent, these are all but credits.
     *
     * @minItems 1
     * @maxItems 8
     *
     * Items: The name of an action.
     */
    actions?: ('rewards' | 'benefits' | 'credits' | 'interactions' | 'attributes')[];
    /**
     * IdentityHandle is the handle under which Omneo keeps the Klaviyo id of a profile's identity.
     */
    identityHandle?: string;
    /**
     * Identifiers that a webhook must carry: "both" person_id and email, or "any" one of them.
     */
    identifiers?: 'both' | 'any';
    /**
     * Events make the gateway tell Klaviyo how the tenant's webhooks end, by two metrics for each action, such as "Omneo reward issued" and "Omneo reward failed", which a Flow can be triggered by. They need durable delivery. If absent, Klaviyo is told nothing.
     */
    events?: {
      /**
       * SecretRef names a Secret in the resource's own namespace and the key that holds a private API key of the tenant's Klaviyo account, with the scope events:write.
       */
      secretRef: {
        /**
         * Name of the Secret.
         */
        name: string;
        /**
         * Key in the Secret that holds the private API key. It defaults to api-key.
         */
        key?: string;
      };
    };
  };
  /**
   * Rewards holds what is filled in where a webhook says nothing of its own.
   */
  rewards?: {
    /**
     * Timezone of the rewards, by its IANA name.
     */
    timezone?: string;
    /**
     * ExpiresAfter is how long a reward is valid: a whole number of hours, days or weeks, such as 12h, 30d or 4w. If absent, Omneo's reward definition decides.
     */
    expiresAfter?: string;
  };
  /**
   * Limits bound what webhooks may issue, so that a secret that leaks or a template that is wrong cannot mint without end. What is absent is not bounded.
   */
  limits?: {
    /**
     * RewardDefinitions are the ids, in Omneo, of the only reward definitions that webhooks may issue rewards of. A webhook for another one is answered 422, and parked where delivery is durable.
     *
     * @minItems 1
     * @maxItems 200
     *
     * Items: The id of a reward definition in Omneo.
     */
    rewardDefinitions?: number[];
    /**
     * MaxAmount is the most that one reward or credit may be worth, with at most two decimals. A webhook for more is answered 422, and parked where delivery is durable.
     */
    maxAmount?: number;
    /**
     * PerDay bounds all that the tenant issues on one calendar day in rewards.timezone.
     */
    perDay?: {
      /**
       * Rewards is how many that may be: rewards, and whatever else webhooks ask for, all counted together.
       */
      rewards?: number;
      /**
       * Amount is what the rewards and credits among these may be worth in all, with at most two decimals.
       */
      amount?: number;
    };
    /**
     * PerProfilePerDay bounds what one customer gets on one calendar day in rewards.timezone.
     */
    perProfilePerDay?: {
      /**
       * Rewards is how many that may be: rewards, and whatever else webhooks ask for, all counted together.
       */
      rewards?: number;
      /**
       * Amount is what the rewards and credits among these may be worth in all, with at most two decimals.
       */
      amount?: number;
    };
  };
  /**
   * Delivery says what becomes of a webhook that Omneo cannot be given at once.
   */
  delivery?: {
    /**
     * Mode is "Durable", to keep such a webhook on disk, answer 202 and deliver it later, or "Synchronous", to answer with the failure, so that Klaviyo retries. If absent, it is Durable where the gateway's ledger can keep webhooks, and Synchronous elsewhere.
     */
    mode?: 'Durable' | 'Synchronous';
    /**
     * ProfileNotFound is what becomes of a webhook for a customer who is not in Omneo: "Reject" answers 404, "Wait" keeps it and looks again until giveUpAfter. Wait needs durable delivery.
     */
    profileNotFound?: 'Reject' | 'Wait';
    /**
     * GiveUpAfter is how long a webhook is tried again before it is parked for a human: a whole number of hours, days or weeks, such as 12h, 3d or 1w.
     */
    giveUpAfter?: string;
  };
}
/**
 * Status is what the gateway makes of the spec; its leading replica writes it.
 */
export interface OmneoTenantStatus {
  /**
   * ObservedGeneration is the generation that this status describes; -1 before the first one.
   */
  observedGeneration?: number;
  /**
   * Slug in effect, be it from spec.slug or metadata.name.
   */
  slug?: string;
  /**
   * Path to enter in Klaviyo, below the gateway's public address.
   */
  path?: string;
  /**
   * Deliveries counts the webhooks that are not done, at most once a minute. It is absent where delivery is synchronous.
   */
  deliveries?: {
    /**
     * Waiting is the number of accepted webhooks that are still to be delivered to Omneo.
     */
    waiting: number;
    /**
     * Parked is the number of webhooks that wait for a human.
     */
    parked: number;
    /**
     * OldestWaiting is when the oldest of those that wait arrived; absent if none waits.
     */
    oldestWaiting?: string;
  };
  /**
   * Conditions are Accepted (the spec is valid and holds its slug), ResolvedRefs (every Secret and key was found and is usable), Ready (webhooks are served), Stalled while only a human can help, and, for a tenant with limits.perDay, WithinLimits (no budget of today is spent).
   *
   * @maxItems 16
   *
   * Items: One aspect of the tenant's state.
   */
  conditions?: {
    /**
     * Type of the condition, in CamelCase.
     */
    type: string;
    /**
     * Status of the condition.
     */
    status: 'True' | 'False' | 'Unknown';
    /**
     * ObservedGeneration is the generation that this condition describes.
     */
    observedGeneration?: number;
    /**
     * LastTransitionTime is when the status of the condition last changed.
     */
    lastTransitionTime: string;
    /**
     * Reason for the condition's status, one word in CamelCase.
     */
    reason: string;
    /**
     * Message says in a sentence what is the case and, if need be, what to change.
     */
    message: string;
  }[];
}
