import type { Registry } from '../tenants/registry.ts';
import type { Tenant, WebhookSecret } from '../tenants/tenant.ts';
import { Problem, notReady } from './problem.ts';
import { matchSecret } from './secret.ts';
import type { Story } from './story.ts';

type Parts = Readonly<{
  registry: Registry;
  secretUsed: (slug: string, secret: WebhookSecret) => void;
}>;

/**
 * Finds the tenant whose secret the caller has.
 *
 * An unknown tenant and a wrong secret end alike, in what is answered and in how long it takes. While a tenant may
 * be unknown to us, or a secret of it cannot be read, neither can be told: both are to come back.
 */
export function authenticate(
  { registry, secretUsed }: Parts,
  slug: string,
  sent: string,
  story: Story,
): Tenant {
  const resolution = registry.get(slug);
  const secret = matchSecret(resolution?.webhookSecrets ?? [], sent);
  if (resolution !== undefined) story.tenant = slug;
  if (resolution === undefined || secret === null) {
    if (!registry.complete) throw notReady('tenants are still being loaded');
    if (resolution?.hasUnreadSecret === true) throw tenantNotReady();
    throw new Problem('unauthorized', resolution === undefined ? { outcome: 'unknown_tenant' } : {});
  }
  if ('refusal' in resolution) throw tenantNotReady();
  secretUsed(slug, secret);
  return resolution.tenant;
}

function tenantNotReady(): Problem {
  return new Problem('not_ready', {
    detail: 'Nothing to fix in Klaviyo, which sends it again: this tenant is not ready in the gateway.',
  });
}
