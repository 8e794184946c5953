import type { Context } from 'koa';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { UpstreamError } from '../omneo/client/upstream.ts';
import type { Registry } from '../tenants/registry.ts';
import type { WebhookSecret } from '../tenants/tenant.ts';
import { answer, callerOf, delivery, settleLate } from './answer.ts';
import { authenticate } from './middleware/authenticate.ts';
import { readBody } from './body/body.ts';
import { type Deadline, withinDeadline } from './deadline.ts';
import type { InFlight } from './inflight.ts';
import type { Deliverer } from '../delivery/deliverer.ts';
import type { Limit } from './middleware/limits.ts';
import { toIdempotentRequest } from '../delivery/idempotentrequest.ts';
import { parseWebhook } from '../actions/rewards/payload.ts';
import { Problem, notReady } from '../lib/problem.ts';
import type { Claimed } from '../ledger/ledger.ts';
import type { WebhookContext } from '../telemetry/webhookcontext.ts';

/** Longest time for a body to arrive, in milliseconds. */
const maxArrivalMs = 10_000;

type Parts = Readonly<{
  registry: Registry;
  deliverer: Deliverer;
  clock: Clock;
  log: Log;
  inFlight: InFlight;
  processLimit: Limit;
  tenantLimit: Limit;
  /** A webhook is answered within this time, in milliseconds. */
  answerMs: number;
  isDraining: () => boolean;
  secretUsed: (slug: string, secret: WebhookSecret) => void;
  claimed: (result: Claimed) => void;
  identityConflict: (slug: string) => void;
}>;

/** Answers one webhook: limit, find the tenant, authenticate, parse, issue, answer. Counting is the caller's. */
export function rewardsHandler(
  parts: Parts,
): (ctx: Context, slug: string, context: WebhookContext) => Promise<void> {
  const { deliverer, inFlight, processLimit, tenantLimit } = parts;
  const handle = async (ctx: Context, slug: string, context: WebhookContext): Promise<void> => {
    if (parts.isDraining()) throw notReady('this replica is stopping');
    const leaveProcess = processLimit.enter('');
    const deadline = parts.clock.monotonic() + parts.answerMs;
    let work: Promise<unknown> = Promise.resolve();
    let leaveTenant = (): void => undefined;
    try {
      const tenant = authenticate(parts, slug, ctx.get('x-omneo-secret'), context);
      leaveTenant = tenantLimit.enter(slug);
      const { json, raw } = await withinDeadline(readBody(ctx), parts.clock, arrival(ctx, deadline, parts));
      const webhook = parseWebhook(json, tenant.klaviyo.identifiers);
      const request = toIdempotentRequest(tenant, webhook, raw, String(ctx.state['requestId']));
      const issuing = deliverer.issue(tenant, request, callerOf(ctx), (claimed) => {
        context.claim = claimed;
        parts.claimed(claimed);
      });
      work = issuing;
      const late = (): Problem => {
        work = settleLate(parts, request, issuing);
        return context.claim === null ? notReady('the ledger did not answer in time') : omneoLate();
      };
      const issued = await withinDeadline(issuing, parts.clock, { deadline, late });
      if (!issued.mayBeAnswered) {
        work = deliverer.answered(request, issued, false);
        throw notReady('the ledger could not be told of the reward');
      }
      answer(ctx, issued, context);
      work = delivery(ctx, parts, request, issued);
    } finally {
      // An upstream call that outlives the answer goes on to settle the ledger, and keeps its place meanwhile.
      inFlight.track(work, () => {
        leaveTenant();
        leaveProcess();
      });
    }
  };
  return function rewards(ctx, slug, context) {
    const handled = handle(ctx, slug, context);
    inFlight.track(handled);
    return handled;
  };
}

/** The whole body must be there by the time of the answer, and before the server's own time-outs cut it off. */
function arrival(ctx: Context, deadline: number, { clock }: Parts): Deadline {
  const late = (): Problem => {
    ctx.set('Connection', 'close');
    return notReady('the webhook did not arrive in time');
  };
  return { deadline: Math.min(deadline, clock.monotonic() + maxArrivalMs), late };
}

function omneoLate(): Problem {
  return new Problem('upstream_unavailable', {
    detail: 'Nothing to fix in Klaviyo, which sends it again: Omneo did not answer in time.',
    cause: new UpstreamError('unavailable', 'Omneo did not answer by ANSWER_DEADLINE_MS', {
      mayHaveHappened: true,
    }),
  });
}
