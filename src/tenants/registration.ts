import { isDeepStrictEqual } from 'node:util';
import { maxWebhookSecrets, type Resolution, type SecretDigest } from './tenant.ts';

/** One OmneoTenant's claim to a slug, and what serving it would mean. */
export type Registration = Readonly<{
  /** `<namespace>/<name>` */
  key: string;
  slug: string;
  /** `metadata.creationTimestamp` in milliseconds since the epoch. */
  createdAt: number;
  resolution: Resolution;
}>;

/** Who is served: the oldest claim, then the alphabetically first key (the precedence rule of Gateway API). */
export function winner<R extends Registration>(claims: Iterable<R>): R | undefined {
  let first: R | undefined;
  for (const each of claims) if (!first || precedes(each, first)) first = each;
  return first;
}

function precedes(a: Registration, b: Registration): boolean {
  return a.createdAt === b.createdAt ? a.key < b.key : a.createdAt < b.createdAt;
}

/** A registration as the registry keeps it. */
export type Registered = Registration &
  Readonly<{
    /** While a webhook secret cannot be read: those that can, and the last values of the others. */
    lastRead?: readonly SecretDigest[];
  }>;

/**
 * What the registry keeps of `next` after `old`, the registration of the same OmneoTenant. `former` are the secrets
 * that are known of it: a tenant's Secrets may be deleted before it is, and its callers are its callers still.
 */
export function registeredAs(
  next: Registration,
  old: Registered | undefined,
  former: readonly SecretDigest[],
): Registered {
  const kept = keepIdentity(old, next);
  const { webhookSecrets, hasUnreadSecret } = kept.resolution;
  if (hasUnreadSecret !== true) return kept;
  const names = new Set(webhookSecrets.map(({ name }) => name));
  const unread = former.filter(({ name }) => !names.has(name));
  const lastRead = [...webhookSecrets, ...unread].slice(0, maxWebhookSecrets).map(digestOf);
  return Object.freeze({ ...kept, lastRead });
}

/** What the callers of this tenant have, as far as it is known. */
export function knownSecrets({ lastRead, resolution }: Registered): readonly SecretDigest[] {
  return lastRead ?? resolution.webhookSecrets.map(digestOf);
}

/** Without the value itself, which nobody needs any more. */
function digestOf({ name, value: { digest } }: SecretDigest): SecretDigest {
  return { name, value: { digest } };
}

/**
 * A tenant that did not change keeps its object: tokens and clients hang on it, and a new object for the same
 * tenant would throw them away. Two Confidentials are equal if their digests are.
 */
function keepIdentity(old: Registration | undefined, next: Registration): Registration {
  if (!old || old.resolution === next.resolution) return next;
  if (!isDeepStrictEqual(old.resolution, next.resolution)) return next;
  return Object.freeze({ ...next, resolution: old.resolution });
}
