import type { Registry } from '../../tenants/registry.ts';
import type { Tenant, WebhookSecret } from '../../tenants/tenant.ts';
import { Problem, notReady } from '../../lib/problem.ts';
import { matchSecret } from './secret.ts';
import type { WebhookContext } from '../../telemetry/webhookcontext.ts';

type Parts = Readonly<{
  registry: Registry;
  secretUsed: (slug: string, secret: WebhookSecret) => void;
}>;

/**
 * Finds the tenant whose secret the caller has.
 *
 * An unknown tenant and a wrong secret end alike, in what is answered and in how long it takes. While a tenant may
 * be unknown to us, or a secret of it cannot be read, neither can be told: both are to come back. So are the callers of
 * a tenant that was deleted a short while ago, since it may be there again before they are.
 *
 * @throws Problem `unauthorized` or `not_ready`
 */
export function authenticate(
  { registry, secretUsed }: Parts,
  slug: string,
  sent: string,
  context: WebhookContext,
): Tenant {
  const resolution = registry.get(slug);
  if (resolution === undefined) throw notRegistered(registry, slug, sent);
  const secret = matchSecret(resolution.webhookSecrets, sent);
  context.tenant = slug;
  if (secret === null) {
    if (!registry.complete) throw stillLoading();
    if (resolution.hasUnreadSecret === true) throw tenantNotReady();
    throw new Problem('unauthorized');
  }
  if ('refusal' in resolution) throw tenantNotReady();
  secretUsed(slug, secret);
  return resolution.tenant;
}

/** Only who had the secret learns that there was such a tenant. */
function notRegistered(registry: Registry, slug: string, sent: string): Problem {
  const secret = matchSecret(registry.deletedSecrets(slug), sent);
  if (!registry.complete) return stillLoading();
  if (secret !== null) return notReady('this tenant was deleted a short while ago');
  return new Problem('unauthorized', { outcome: 'unknown_tenant' });
}

function stillLoading(): Problem {
  return notReady('tenants are still being loaded');
}

function tenantNotReady(): Problem {
  return new Problem('not_ready', {
    detail: 'Nothing to fix in Klaviyo, which sends it again: this tenant is not ready in the gateway.',
  });
}
