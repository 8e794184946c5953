import type { OmneoTenant } from '../../tenants/schema/omneotenant.ts';

/** Names of Secrets, and of each the keys that are read, each once. Arrays: a Set of one key takes four times as much. */
export type SecretKeys = ReadonlyMap<string, readonly string[]>;

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
  for (const { name, key = 'webhook-secret' } of spec.klaviyo.secretRefs) read(name, [key]);
  return keys;
}
