import { randomBytes } from 'node:crypto';

/**
 * Names of the ledger's keys. `v1` is the version of what lies under them: a later one that cannot read it takes
 * another name. The one hash tag puts all of them into one slot of a Redis Cluster, so that a script may look at
 * the epoch and at an entry in one step.
 */
const prefix = 'omneo-gateway:v1:{ledger}';

/** Holds what the replicas know of the server itself. */
export const epochKey = prefix;

/** Holds nothing: it is written and deleted to see whether that can be done. No entry has this key. */
export const checkKey = `${prefix}:check`;

/** Holds one entry. An entry's key is made of the tenant's slug and digests: no e-mail, no payload. */
export function entryKey(key: string): string {
  return `${prefix}:${key}`;
}

/** Of an owner or an epoch; short, since every claim is stored with one, and nobody else ever has the same. */
export function randomName(): string {
  return randomBytes(12).toString('base64url');
}
