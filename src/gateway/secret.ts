import { timingSafeEqual } from 'node:crypto';
import { Confidential, digest } from '../tenants/confidential.ts';
import type { WebhookSecret } from '../tenants/tenant.ts';

/** As many as an OmneoTenant may list. Always that many are compared, whatever there is to compare with. */
const slots = 4;

const nobody: WebhookSecret = Object.freeze({ name: '', value: new Confidential('') });

/**
 * Finds which of the accepted secrets the caller sent.
 *
 * Takes the same time for a right secret, a wrong one and no tenant at all: digests of equal length are compared
 * in constant time, the same number of them each time, and none is skipped after a match.
 */
export function matchSecret(
  accepted: readonly WebhookSecret[],
  sent: string,
  isEqual = timingSafeEqual,
): WebhookSecret | null {
  const candidate = bytes(digest(sent));
  let match: WebhookSecret | null = null;
  for (let slot = 0; slot < slots; slot += 1) {
    const secret = accepted[slot] ?? nobody;
    const equal = isEqual(candidate, bytes(secret.value.digest));
    if (equal && secret !== nobody) match = secret;
  }
  return match;
}

function bytes(digest: string): Buffer {
  return Buffer.from(digest, 'latin1');
}
