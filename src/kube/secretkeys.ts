import type { OmneoTenant } from '../tenants/omneotenant.ts';

/** Names of Secrets, and of each the keys that are read. */
export type SecretKeys = ReadonlyMap<string, ReadonlySet<string>>;

const oauthKeys = ['client_id', 'client_secret', 'username', 'password'];

/** What this OmneoTenant reads of which Secrets of its namespace. */
export function secretKeysOf({ spec }: OmneoTenant): SecretKeys {
  const keys = new Map<string, Set<string>>();
  const read = (name: string, ...more: string[]): void => {
    keys.set(name, new Set([...(keys.get(name) ?? []), ...more]));
  };
  const { oauth, token } = spec.omneo.credentials;
  if (oauth) read(oauth.secretRef.name, ...oauthKeys);
  if (token) read(token.secretRef.name, token.secretRef.key ?? 'token');
  for (const { name, key = 'webhook-secret' } of spec.klaviyo.secretRefs) read(name, key);
  return keys;
}
