import { isDeepStrictEqual } from 'node:util';
import { Confidential } from './confidential.ts';
import { checkCanOutbox } from './deliverypolicy.ts';
import type { OmneoTenant, OmneoTenantSpec } from './schema/omneotenant.ts';
import {
  type Credentials,
  invalid,
  type KlaviyoEvents,
  type Refusal,
  Refused,
  type SecretScope,
  type Tenant,
  type WebhookSecret,
} from './tenant.ts';

/** A Secret's decoded values by key. */
export type SecretData = ReadonlyMap<string, string>;

/** Finds a Secret of the tenant's own namespace. */
export type Secrets = (name: string) => SecretData | undefined;

/** Names of Secrets, and of each the keys that are read, each once. Arrays: a Set of one key takes four times as much. */
export type SecretKeys = ReadonlyMap<string, readonly string[]>;

/** Where a webhook secret lies, and what it may be used for. */
export type WebhookRef = OmneoTenantSpec['klaviyo']['secretRefs'][number];

/** Where the API key lies by which Klaviyo is told how webhooks end. */
type EventsRef = NonNullable<OmneoTenantSpec['klaviyo']['events']>;

/** Where a value lies. */
type SecretKey = Readonly<{ name: string; key: string }>;

type Use = Readonly<{ pattern: RegExp; demand: string }>;

/** It travels in a header, and is all that stands between strangers and rewards. */
const webhookSecret: Use = {
  pattern: /^[!-~]{16,}$/,
  demand: 'must be at least 16 visible ASCII characters',
};
/** It travels in a header. */
const headerValue: Use = { pattern: /^[!-~]+$/, demand: 'must be visible ASCII characters' };
/**
 * It travels in a form. U+FFFD is what bytes that are not UTF-8 were decoded to; a blank or a byte order mark at an end
 * (`\s` has both) comes from an editor or from copying, and Omneo would refuse it without saying why.
 */
const formField: Use = {
  pattern: /^[^\s\uFFFD]([^\uFFFD]*[^\s\uFFFD])?$/,
  demand: 'must be UTF-8 text without a blank or a byte order mark at its ends',
};

/** The Secret data that Kubernetes and a folder hold in base64. */
export function decode(data: Readonly<Record<string, string>>): SecretData {
  return new Map(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
  );
}

const defaultApiKey = 'api-key';

const oauthKeys = Object.freeze(['client_id', 'client_secret', 'username', 'password']);

/** What this OmneoTenant reads of which Secrets of its namespace. */
export function secretKeysOf({ spec }: OmneoTenant): SecretKeys {
  const keys = new Map<string, readonly string[]>();
  const read = (name: string, more: readonly string[]): void => {
    const known = keys.get(name);
    keys.set(name, known ? [...new Set([...known, ...more])] : more);
  };
  const { oauth, token } = spec.omneo.credentials;
  if (oauth) read(oauth.secretRef.name, oauthKeys);
  if (token) read(token.secretRef.name, [token.secretRef.key ?? 'token']);
  const { secretRefs, rehearsalSecretRefs = [], events } = spec.klaviyo;
  for (const { name, key = 'webhook-secret' } of [...secretRefs, ...rehearsalSecretRefs]) read(name, [key]);
  if (events) read(events.secretRef.name, [events.secretRef.key ?? defaultApiKey]);
  return keys;
}

/** Names of the Secrets that this OmneoTenant refers to, each once. */
export function referencedSecrets(object: OmneoTenant): readonly string[] {
  return Object.freeze([...secretKeysOf(object).keys()]);
}

/** Every webhook secret that can be read, and the first refusal among those that cannot. */
export function readWebhookSecrets(
  { spec }: OmneoTenant,
  secrets: Secrets,
): Readonly<{ webhookSecrets: readonly WebhookSecret[]; refusal?: Refusal }> {
  const webhookSecrets: WebhookSecret[] = [];
  const refusals: Refusal[] = [];
  const { secretRefs, rehearsalSecretRefs = [] } = spec.klaviyo;
  for (const ref of [...secretRefs, ...rehearsalSecretRefs]) {
    const { name, key = 'webhook-secret' } = ref;
    try {
      const value = readSecret(secrets, { name, key }, webhookSecret);
      const isRehearsal = rehearsalSecretRefs.includes(ref);
      const isScoped = ref.actions !== undefined || ref.rewardDefinitions !== undefined;
      const scope = isScoped ? { scope: scopeOf(ref) } : {};
      const place = [name, key].join('/');
      webhookSecrets.push(Object.freeze({ name: place, value, isRehearsal, ...scope }));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refusals.push(error.refusal);
    }
  }
  const [refusal] = refusals;
  // A copy: what was pushed to keeps room for more.
  return { webhookSecrets: Object.freeze([...webhookSecrets]), ...(refusal && { refusal }) };
}

/** Throws Refused for two of one value that are not for the same: nobody could tell whose use and whose scope count. */
export function checkDistinct(webhookSecrets: readonly WebhookSecret[]): void {
  const known = new Map<string, WebhookSecret>();
  for (const secret of webhookSecrets) {
    const other = known.get(secret.value.digest);
    if (other !== undefined && !isForTheSame(secret, other)) {
      const message = `Webhook secret ${secret.name} has the value of ${other.name}; give each a value of its own.`;
      throw new Refused('ResolvedRefs', 'InvalidSecret', message);
    }
    known.set(secret.value.digest, secret);
  }
}

function isForTheSame(one: WebhookSecret, other: WebhookSecret): boolean {
  return one.isRehearsal === other.isRehearsal && isDeepStrictEqual(one.scope, other.scope);
}

function scopeOf({ actions, rewardDefinitions }: WebhookRef): SecretScope {
  return Object.freeze({
    ...(actions && { actions: Object.freeze([...actions]) }),
    ...(rewardDefinitions && { rewardDefinitions: Object.freeze([...rewardDefinitions]) }),
  });
}

/** How the gateway proves itself to Omneo, by these Secrets; throws Refused if one of them is unfit. */
export function readCredentials({ spec }: OmneoTenant, secrets: Secrets, tokenURL: string): Credentials {
  const { oauth, token } = spec.omneo.credentials;
  if (token) {
    const { name, key = 'token' } = token.secretRef;
    return Object.freeze({ kind: 'token', token: readSecret(secrets, { name, key }, headerValue) });
  }
  if (!oauth) throw invalid('spec.omneo.credentials must have exactly one of oauth and token.');
  const { grantType = 'client_credentials', scope = '*', secretRef } = oauth;
  const required = (key: string) => readSecret(secrets, { name: secretRef.name, key }, formField);
  const read =
    grantType === 'password'
      ? required
      : (key: string) => readOptional(secrets, { name: secretRef.name, key }, formField);
  const [clientId, clientSecret] = [required('client_id'), required('client_secret')];
  const [username, password] = [read('username'), read('password')];
  return Object.freeze({
    kind: 'oauth',
    grantType,
    tokenURL,
    scope,
    clientId,
    clientSecret,
    ...(username && { username }),
    ...(password && { password }),
  });
}

/**
 * The API key by which Klaviyo is told how webhooks end, or why it cannot be read: that keeps no reward from being issued.
 * Throws Refused where delivery is not durable.
 */
export function readKlaviyoEvents(
  { secretRef }: EventsRef,
  delivery: Tenant['delivery'],
  secrets: Secrets,
): KlaviyoEvents {
  checkCanOutbox(delivery);
  const { name, key = defaultApiKey } = secretRef;
  try {
    return Object.freeze({ apiKey: readSecret(secrets, { name, key }, headerValue) });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return Object.freeze({ refusal: error.refusal });
  }
}

/** The value that lies there, for this use; throws Refused if there is none or it is unfit. */
function readSecret(secrets: Secrets, { name, key }: SecretKey, use: Use): Confidential {
  const value = readOptional(secrets, { name, key }, use);
  if (!value) {
    throw new Refused('ResolvedRefs', 'SecretKeyMissing', `Secret ${name} has no key ${key}; add it.`);
  }
  return value;
}

/** As `readSecret`, for a key that may be missing. */
function readOptional(secrets: Secrets, { name, key }: SecretKey, use: Use): Confidential | undefined {
  const data = secrets(name);
  if (!data) {
    throw new Refused(
      'ResolvedRefs',
      'SecretNotFound',
      `Secret ${name} was not found in this namespace; create it.`,
    );
  }
  // A Secret that is made from a file or with echo ends with a newline that nobody wants.
  const value = data.get(key)?.replace(/[\r\n]+$/, '');
  if (value === undefined) return undefined;
  if (value === '') throw unfit(name, key, 'is empty; give it a value');
  if (!use.pattern.test(value)) throw unfit(name, key, use.demand);
  return new Confidential(value);
}

function unfit(name: string, key: string, complaint: string): Refused {
  return new Refused('ResolvedRefs', 'InvalidSecret', `Key ${key} of Secret ${name} ${complaint}.`);
}
