import type { Action } from '../actions/action.ts';
import type { Deliverer } from '../delivery/deliverer.ts';
import { toIdempotentRequest } from '../delivery/idempotentrequest.ts';
import type { Clock } from '../lib/clock.ts';
import { Problem, notReady } from '../lib/problem.ts';
import { UpstreamError } from '../omneo/client/upstream.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { answerIssued, callerOf, recordDelivery, settleAfterAnswer } from './answer.ts';
import { withinDeadline } from './deadline.ts';
import type { Step } from './webhookstate.ts';

type DeliverParts = Readonly<{ action: Action; deliverer: Deliverer; clock: Clock; telemetry: Telemetry }>;

/** The last step: parses the webhook of an action, delivers it and answers. */
export function deliver({ action, deliverer, clock, telemetry }: DeliverParts): Step {
  return async function deliver(ctx) {
    const { tenant, body, context, requestId, deadline } = ctx.state;
    const webhook = action.parse(body.json, tenant);
    const request = toIdempotentRequest(tenant, webhook, body.raw, requestId);
    const delivering = deliverer.deliver(tenant, request, callerOf(ctx), (claimed) => {
      context.claim = claimed;
      telemetry.claimed(claimed);
    });
    ctx.state.work = delivering;
    const late = (): Problem => {
      ctx.state.work = settleAfterAnswer({ deliverer, telemetry, context }, request, delivering);
      return context.claim === null ? notReady('the ledger did not answer in time') : omneoLate();
    };
    const issued = await withinDeadline(delivering, clock, { deadline, late });
    if (!issued.mayBeAnswered) {
      ctx.state.work = deliverer.answered(request, issued, false);
      throw notReady('the ledger could not record the reward');
    }
    answerIssued(ctx, action.idField, issued);
    ctx.state.work = recordDelivery(ctx, deliverer, request, issued);
  };
}

function omneoLate(): Problem {
  return new Problem('upstream_unavailable', {
    detail: 'Nothing to fix in Klaviyo, which sends it again: Omneo did not answer in time.',
    cause: new UpstreamError('unavailable', 'Omneo did not answer by ANSWER_DEADLINE_MS', {
      mayHaveHappened: true,
    }),
  });
}
