import { timingSafeEqual } from 'node:crypto';
import { digest } from '../../tenants/confidential.ts';
import { type SecretDigest, maxWebhookSecrets } from '../../tenants/tenant.ts';

const nobody: SecretDigest = Object.freeze({ name: '', value: { digest: digest('') } });

/**
 * Finds which of the accepted secrets the caller sent.
 *
 * Takes the same time for a right secret, a wrong one and no tenant at all: digests of equal length are compared
 * in constant time, as many as there can be each time, and none is skipped after a match.
 */
export function matchSecret<S extends SecretDigest>(
  accepted: readonly S[],
  sent: string,
  isEqual = timingSafeEqual,
): S | null {
  const candidate = bytes(digest(sent));
  let match: S | null = null;
  for (let slot = 0; slot < maxWebhookSecrets; slot += 1) {
    const secret = accepted[slot];
    const equal = isEqual(candidate, bytes((secret ?? nobody).value.digest));
    if (equal && secret !== undefined) match = secret;
  }
  return match;
}

function bytes(digest: string): Buffer {
  return Buffer.from(digest, 'latin1');
}
