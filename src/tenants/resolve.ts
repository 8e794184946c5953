import { LRUCache } from 'lru-cache';
import { usualActions } from './actionnames.ts';
import { allowedDelivery, type DeliveryPolicy } from './deliverypolicy.ts';
import { milliseconds } from './duration.ts';
import { checkedDefinitions, checkedLimits } from './limits.ts';
import type { OmneoTenant } from './schema/omneotenant.ts';
import { type Credentials, invalid, type Refusal, Refused, type Resolution, type Tenant } from './tenant.ts';
import type { Registration } from './registration.ts';
import {
  checkDistinct,
  readCredentials,
  readKlaviyoEvents,
  readWebhookSecrets,
  type Secrets,
  type WebhookRef,
} from './secrets.ts';
import { isTimezone } from './timezone.ts';
import { allowedURL, type UpstreamPolicy } from './upstreampolicy.ts';

/** What the operator has to say about every tenant. */
export type TenantPolicy = UpstreamPolicy & DeliveryPolicy;

/** Parts of tenants by their text. Of thousands of tenants most have the same, which are then kept once. */
export type KnownParts = LRUCache<string, object>;

/** Knows so many different parts at a time; one more takes memory, and nothing else. */
export function knownParts(): KnownParts {
  return new LRUCache({ max: 1000 });
}

type Upstream = Readonly<{ baseURL: string; tokenURL: string }>;

const suspension: Refusal = Object.freeze({
  condition: 'Ready',
  reason: 'Suspended',
  message: 'spec.suspend is true; set it to false.',
});

/**
 * What serving this OmneoTenant means, given the Secrets of its namespace and the operator's policy: a Tenant, or
 * the first reason why not. The spec comes first (Accepted), then the Secrets (ResolvedRefs), then suspension. `known` has
 * the parts of other tenants.
 */
export function resolve(
  object: OmneoTenant,
  secrets: Secrets,
  policy: TenantPolicy,
  known?: KnownParts,
): Resolution {
  const { webhookSecrets, refusal } = readWebhookSecrets(object, secrets);
  const unread = refusal ? { hasUnreadSecret: true as const } : {};
  try {
    const slug = checkedSlug(object);
    const upstream = checkedUpstream(object, slug, policy);
    checkSecretRefs(object);
    const rewards = checkedRewards(object);
    const limits = object.spec.limits && checkedLimits(object.spec.limits);
    const delivery = allowedDelivery(object.spec.delivery ?? {}, policy);
    const { events } = object.spec.klaviyo;
    const klaviyoEvents = events && readKlaviyoEvents(events, delivery, secrets);
    const credentials = readCredentials(object, secrets, upstream.tokenURL);
    if (refusal) return Object.freeze({ webhookSecrets, ...unread, refusal });
    if (webhookSecrets.length > 1) checkDistinct(webhookSecrets);
    const tenant: Tenant = Object.freeze({
      slug,
      key: keyOf(object),
      webhookSecrets,
      omneo: omneoOf(object, upstream, credentials),
      klaviyo: shared(klaviyoOf(object), known),
      ...(klaviyoEvents && { klaviyoEvents }),
      rewards: shared(rewards, known),
      ...(limits && { limits: shared(limits, known) }),
      delivery: shared(delivery, known),
    });
    return object.spec.suspend
      ? Object.freeze({ webhookSecrets, refusal: suspension, suspended: tenant })
      : Object.freeze({ webhookSecrets, tenant });
  } catch (error) {
    if (error instanceof Refused) return Object.freeze({ webhookSecrets, ...unread, refusal: error.refusal });
    throw error;
  }
}

/** What the registry is to hold for this OmneoTenant. */
export function registrationOf(
  object: OmneoTenant,
  secrets: Secrets,
  policy: TenantPolicy,
  known?: KnownParts,
): Registration {
  const createdAt = Date.parse(object.metadata.creationTimestamp ?? '');
  return Object.freeze({
    key: keyOf(object),
    slug: slugOf(object),
    createdAt: Number.isNaN(createdAt) ? 0 : createdAt,
    resolution: resolve(object, secrets, policy, known),
  });
}

/** `<namespace>/<name>`; joined, since of a template literal its parts would be kept too. */
export function keyOf({ metadata }: OmneoTenant): string {
  return [metadata.namespace ?? 'default', metadata.name].join('/');
}

/** The slug that this OmneoTenant claims, valid or not. */
export function slugOf({ metadata, spec }: OmneoTenant): string {
  return spec.slug ?? metadata.name;
}

/** Whether a text may be a slug: a DNS label, since it becomes part of Omneo's host name by default. */
export function isSlug(text: string): boolean {
  return /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text);
}

// What the CRD's CEL rules say is said again below: an old API server does not know CEL, and a folder has none.

function checkedSlug(object: OmneoTenant): string {
  const slug = slugOf(object);
  const form = '1 to 63 lower-case letters, digits and inner hyphens';
  if (isSlug(slug)) return slug;
  throw object.spec.slug === undefined
    ? invalid(
        `metadata.name is used as the slug and must then be ${form}; set spec.slug or rename the resource.`,
      )
    : invalid(`spec.slug must be ${form}.`);
}

function checkedUpstream({ spec }: OmneoTenant, slug: string, policy: UpstreamPolicy): Upstream {
  const { tenant = slug, baseURL, credentials } = spec.omneo;
  if (!isSlug(tenant))
    throw invalid('spec.omneo.tenant must be lower-case letters, digits and inner hyphens.');
  const base = allowedURL(
    baseURL ?? `https://api.${tenant}.getomneo.com/api/v3`,
    baseURL === undefined ? 'The default of spec.omneo.baseURL' : 'spec.omneo.baseURL',
    policy,
  ).href.replace(/\/+$/, '');
  const { tokenURL } = credentials.oauth ?? {};
  if (tokenURL === undefined) return { baseURL: base, tokenURL: `${base}/auth/token` };
  return {
    baseURL: base,
    tokenURL: allowedURL(tokenURL, 'spec.omneo.credentials.oauth.tokenURL', policy).href,
  };
}

function checkSecretRefs({ spec }: OmneoTenant): void {
  const { oauth, token } = spec.omneo.credentials;
  if (Boolean(oauth) === Boolean(token)) {
    throw invalid('spec.omneo.credentials must have exactly one of oauth and token.');
  }
  const { secretRefs, rehearsalSecretRefs } = spec.klaviyo;
  if (secretRefs.length === 0) throw invalid('spec.klaviyo.secretRefs must have at least one entry.');
  for (const [list, refs] of Object.entries({ secretRefs, rehearsalSecretRefs: rehearsalSecretRefs ?? [] })) {
    if (new Set(refs.map(placeOfRef)).size < refs.length) {
      throw invalid(`spec.klaviyo.${list} may list each pair of name and key once; remove the repeated one.`);
    }
    for (const [index, { actions, rewardDefinitions }] of refs.entries()) {
      const field = `spec.klaviyo.${list}[${index}]`;
      if (actions?.length === 0)
        throw invalid(`${field}.actions must have at least one entry, or be left out.`);
      if (rewardDefinitions) checkedDefinitions(rewardDefinitions, `${field}.rewardDefinitions`);
    }
  }
  if (rehearsalSecretRefs) checkOnlyRehearse(rehearsalSecretRefs, secretRefs.map(placeOfRef));
}

function placeOfRef({ name, key = 'webhook-secret' }: WebhookRef): string {
  return `${name}/${key}`;
}

function checkOnlyRehearse(refs: readonly WebhookRef[], live: readonly string[]): void {
  if (!refs.some((ref) => live.includes(placeOfRef(ref)))) return;
  throw invalid(
    'spec.klaviyo.rehearsalSecretRefs may list no secret of secretRefs; make one that only rehearses.',
  );
}

function checkedRewards({ spec }: OmneoTenant): Tenant['rewards'] {
  const { timezone = 'UTC', expiresAfter } = spec.rewards ?? {};
  if (!isTimezone(timezone)) {
    throw invalid('spec.rewards.timezone must be an IANA time zone, such as Australia/Melbourne.');
  }
  if (expiresAfter === undefined) return Object.freeze({ timezone });
  const ms = milliseconds(expiresAfter);
  if (ms === undefined) {
    throw invalid(
      'spec.rewards.expiresAfter must be a number of hours, days or weeks, such as 12h, 30d or 4w.',
    );
  }
  return Object.freeze({ timezone, expiresAfter: ms });
}

function omneoOf({ spec }: OmneoTenant, { baseURL }: Upstream, credentials: Credentials): Tenant['omneo'] {
  const { callsPerMinute } = spec.omneo;
  return Object.freeze({ baseURL, credentials, ...(callsPerMinute !== undefined && { callsPerMinute }) });
}

function klaviyoOf({ spec }: OmneoTenant): Tenant['klaviyo'] {
  const { identityHandle = 'klaviyo', identifiers = 'both' } = spec.klaviyo;
  const actions: readonly string[] = spec.klaviyo.actions ?? usualActions;
  if (actions.length === 0)
    throw invalid('spec.klaviyo.actions must have at least one entry, or be left out.');
  return Object.freeze({ identityHandle, identifiers, actions });
}

/** The equal part of another tenant, if there is one. Such parts are frozen, and hold nothing but plain values. */
function shared<Part extends object>(part: Part, known: KnownParts | undefined): Part {
  const text = JSON.stringify(part);
  const other = known?.get(text);
  // Its text is that of a Part, and so it is one.
  if (other !== undefined) return other as Part;
  known?.set(text, part);
  return part;
}
