import type { ActionRequest } from '../actions/action.ts';
import { toIdempotentRequest } from '../delivery/idempotentrequest.ts';
import type { Rehearse, Rehearsed } from '../delivery/rehearsal/rehearsal.ts';
import type { Clock } from '../lib/clock.ts';
import { Problem, notReady } from '../lib/problem.ts';
import type { Resolution, Tenant } from '../tenants/tenant.ts';
import { omneoLate, withinDeadline } from './deadline.ts';
import { isInScope } from './deliver.ts';
import type { InFlight } from './inflight.ts';
import { notServed, tenantNotReady } from './middleware/authenticate.ts';
import type { Places, Release } from './middleware/limits.ts';

/** A webhook that somebody pasted: it came without a secret, so its scope is that of the live ones. */
export type PastedWebhook = Readonly<{
  resolution: Resolution;
  webhook: ActionRequest;
  /** Its body. */
  text: string;
  requestId: string;
}>;

/**
 * Rehearses a webhook that came in by no port, in the room that those have that do.
 *
 * @throws Problem, UpstreamError or LedgerUnavailable, as the webhook itself would end
 */
export type RehearsePasted = (pasted: PastedWebhook) => Promise<Rehearsed>;

type Parts = Readonly<{
  rehearse: Rehearse;
  places: Places;
  inFlight: InFlight;
  clock: Clock;
  answerDeadlineMs: number;
}>;

/** What rehearses pasted webhooks. */
export function rehearsePasted(parts: Parts): RehearsePasted {
  const { clock, answerDeadlineMs } = parts;
  return (pasted) => {
    const late = (): never => {
      throw omneoLate();
    };
    const deadline = clock.monotonic() + answerDeadlineMs;
    return withinDeadline(rehearseInPlace(parts, pasted), clock, { deadline, late });
  };
}

/** As a webhook's, its place is taken until its last call ended, which may be after its answer. */
async function rehearseInPlace(
  { rehearse, places, inFlight }: Parts,
  { resolution, webhook, text, requestId }: PastedWebhook,
): Promise<Rehearsed> {
  if (inFlight.isDraining) throw notReady('this replica is stopping');
  if (!('tenant' in resolution)) throw tenantNotReady();
  const { tenant } = resolution;
  if (!tenant.klaviyo.actions.includes(webhook.action.name)) throw notServed();
  if (!isForSomeSecret(webhook, tenant)) throw forNoSecret();
  const leave = takePlaces(places, tenant.slug);
  const rehearsing = rehearse(tenant, toIdempotentRequest(tenant, webhook, text, requestId));
  inFlight.track(rehearsing, leave);
  return rehearsing;
}

function takePlaces({ process, tenants }: Places, slug: string): Release {
  const leaveProcess = process.enter('');
  const leaveTenant = tenants.tryEnter(slug);
  if (leaveTenant === null) {
    leaveProcess();
    throw new Problem('overloaded');
  }
  return () => {
    leaveTenant();
    leaveProcess();
  };
}

function isForSomeSecret(webhook: ActionRequest, { webhookSecrets }: Tenant): boolean {
  return webhookSecrets.some(
    ({ isRehearsal, scope }) => !isRehearsal && (scope === undefined || isInScope(webhook, scope)),
  );
}

function forNoSecret(): Problem {
  return new Problem('not_allowed', {
    detail:
      'Ask your platform team for a webhook secret that may be used for this: none of the tenant may issue that.',
  });
}
