import { suspendedMs } from '../../delivery/limits/suspendedmeanwhile.ts';
import type { Registry } from '../../tenants/registry.ts';
import { Problem, notReady } from '../../lib/problem.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import type { Resolution } from '../../tenants/tenant.ts';
import type { Step } from '../webhookstate.ts';
import { matchSecret } from './secret.ts';

type AuthenticateParts = Readonly<{
  registry: Registry;
  telemetry: Telemetry;
  /** The name of the one that is asked for. */
  action: string;
}>;

/**
 * Finds the tenant whose secret the caller has, if it serves the action.
 *
 * An unknown tenant and a wrong secret end alike, in what is answered and in how long it takes. While a tenant may
 * be unknown to us, or a secret of it cannot be read, neither can be said: both are to come back. So are the callers of
 * a tenant that was deleted a short while ago, since it may be there again before they are.
 *
 * @throws Problem `unauthorized`, `not_ready`, or `not_found` for an action that the tenant does not serve
 */
export function authenticate({ registry, telemetry, action }: AuthenticateParts): Step {
  return function authenticate(ctx, next) {
    const slug = ctx.params['slug'] ?? '';
    const sent = ctx.get('x-omneo-secret');
    const resolution = registry.get(slug);
    if (resolution === undefined) throw notRegistered(registry, slug, sent);
    const secret = matchSecret(resolution.webhookSecrets, sent);
    ctx.state.context.tenant = slug;
    if (secret === null) throw withoutSecret(registry, resolution);
    ctx.state.context.secret = secret.name;
    ctx.state.context.isRehearsal = secret.isRehearsal;
    const isServed = 'tenant' in resolution;
    const tenant = isServed ? resolution.tenant : resolution.suspended;
    if (tenant === undefined) throw tenantNotReady();
    // Only now: who has no secret is not told what a tenant serves.
    if (!tenant.klaviyo.actions.includes(action)) throw notServed();
    const mayStore = tenant.delivery.isDurable && !secret.isRehearsal;
    // Webhooks of a suspended tenant are stored until it is served again, or refused.
    if (!isServed && !mayStore) throw tenantNotReady();
    telemetry.secretUsed(slug, secret);
    ctx.state.tenant = tenant;
    ctx.state.secret = secret;
    ctx.state.mayStore = mayStore;
    ctx.state.postponed = isServed ? null : { reason: 'suspended', dueInMs: suspendedMs };
    return next();
  };
}

/** What a webhook is answered with for an action that its tenant does not serve: as for any other path that is none. */
export function notServed(): Problem {
  return new Problem('not_found', {
    detail:
      'Check the last part of the URL: this tenant does not serve that action. If it is right, ask your platform team to add it to klaviyo.actions.',
  });
}

/** Only who had the secret learns that there was such a tenant. */
function notRegistered(registry: Registry, slug: string, sent: string): Problem {
  const secret = matchSecret(registry.deletedSecrets(slug), sent);
  if (!registry.complete) return stillLoading();
  if (secret !== null) return notReady('this tenant was deleted a short while ago');
  return new Problem('unauthorized', { outcome: 'unknown_tenant' });
}

/** Whoever matches no secret of a tenant may have one that is not there yet. */
function withoutSecret(registry: Registry, { hasUnreadSecret }: Resolution): Problem {
  if (!registry.complete) return stillLoading();
  return hasUnreadSecret === true ? tenantNotReady() : new Problem('unauthorized');
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
