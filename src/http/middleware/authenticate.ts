import { suspendedMs } from '../../delivery/limits/suspendedmeanwhile.ts';
import type { Registry } from '../../tenants/registry.ts';
import { Problem, notReady } from '../../lib/problem.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import type { Step } from '../webhookstate.ts';
import { matchSecret } from './secret.ts';

/**
 * Finds the tenant whose secret the caller has.
 *
 * An unknown tenant and a wrong secret end alike, in what is answered and in how long it takes. While a tenant may
 * be unknown to us, or a secret of it cannot be read, neither can be said: both are to come back. So are the callers of
 * a tenant that was deleted a short while ago, since it may be there again before they are.
 *
 * @throws Problem `unauthorized` or `not_ready`
 */
export function authenticate(registry: Registry, telemetry: Telemetry): Step {
  return async function authenticate(ctx, next) {
    const slug = ctx.params['slug'] ?? '';
    const sent = ctx.get('x-omneo-secret');
    const resolution = registry.get(slug);
    if (resolution === undefined) throw notRegistered(registry, slug, sent);
    const secret = matchSecret(resolution.webhookSecrets, sent);
    ctx.state.context.tenant = slug;
    if (secret === null) {
      if (!registry.complete) throw stillLoading();
      if (resolution.hasUnreadSecret === true) throw tenantNotReady();
      throw new Problem('unauthorized');
    }
    ctx.state.context.secret = secret.name;
    ctx.state.context.isRehearsal = secret.isRehearsal;
    const isServed = 'tenant' in resolution;
    const tenant = isServed ? resolution.tenant : resolution.suspended;
    if (tenant === undefined) throw tenantNotReady();
    const mayStore = tenant.delivery.isDurable && !secret.isRehearsal;
    // Webhooks of a suspended tenant are stored until it is served again, or refused.
    if (!isServed && !mayStore) throw tenantNotReady();
    telemetry.secretUsed(slug, secret);
    ctx.state.tenant = tenant;
    ctx.state.secret = secret;
    ctx.state.mayStore = mayStore;
    ctx.state.postponed = isServed ? null : { reason: 'suspended', dueInMs: suspendedMs };
    await next();
  };
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

/** What a webhook is answered with whose tenant is not served, and which is not stored. */
export function tenantNotReady(): Problem {
  return new Problem('not_ready', {
    detail: 'Nothing to fix in Klaviyo, which sends it again: this tenant is not ready in the gateway.',
  });
}
