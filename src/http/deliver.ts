import type { Action, ActionRequest } from '../actions/action.ts';
import type { Accepted, Issued } from '../delivery/delivered.ts';
import type { Deliverer } from '../delivery/deliverer.ts';
import { type IdempotentRequest, toIdempotentRequest } from '../delivery/idempotentrequest.ts';
import { resentMs, toStoredRequest } from '../delivery/storedrequest.ts';
import type { AcceptedDelivery } from '../ledger/deliveries/deliveries.ts';
import type { Keyring } from '../ledger/seal/keyring.ts';
import type { Clock } from '../lib/clock.ts';
import { Problem, notReady } from '../lib/problem.ts';
import type { Rehearse } from '../delivery/rehearsal/rehearsal.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { SecretScope } from '../tenants/tenant.ts';
import { answerAccepted, answerIssued, callerOf, recordDelivery, settleAfterAnswer } from './answer.ts';
import { omneoLate, withinDeadline } from './deadline.ts';
import { rehearseAndAnswer } from './rehearse.ts';
import type { Step, WebhookExchange } from './webhookstate.ts';

type DeliverParts = Readonly<{
  action: Action;
  deliverer: Deliverer;
  rehearse: Rehearse;
  clock: Clock;
  telemetry: Telemetry;
  /** What seals webhooks that are stored; undefined: none is. */
  keyring: Keyring | undefined;
  /** What a webhook is answered with that is stored, and not done yet. */
  acceptedStatus: number;
}>;

/** The last step: parses the webhook of an action, delivers it and answers. */
export function deliver(parts: DeliverParts): Step {
  const { action, deliverer, clock, telemetry, acceptedStatus } = parts;
  return async function deliver(ctx) {
    const { context, deadline } = ctx.state;
    const request = requestOf(parts, ctx);
    if (ctx.state.secret.isRehearsal) return rehearseAndAnswer(parts, ctx, request);
    let stored: AcceptedDelivery | undefined;
    const delivering = begin(parts, ctx, request, (accepted) => {
      stored = accepted;
    });
    ctx.state.work = delivering;
    const late = (): Accepted => {
      ctx.state.work = settleAfterAnswer({ deliverer, telemetry, context }, request, delivering, {
        isAccepted: stored !== undefined,
      });
      if (stored !== undefined) return { status: 'accepted', ...stored };
      throw context.claim === null ? notReady('the ledger did not answer in time') : omneoLate();
    };
    const delivered = await withinDeadline<Issued | Accepted>(delivering, clock, { deadline, late });
    if (delivered.status === 'accepted') {
      answerAccepted(ctx, delivered, acceptedStatus);
    } else {
      if (!delivered.mayBeAnswered) {
        ctx.state.work = deliverer.answered(request, delivered, false);
        throw notReady('the ledger could not record the reward');
      }
      answerIssued(ctx, action.idField, delivered);
    }
    const recorded = recordDelivery(ctx, deliverer, request, delivered);
    const { work } = ctx.state;
    // Unless the answer was late, the delivery is over.
    ctx.state.work = work === delivering ? recorded : Promise.all([work, recorded]);
  };
}

/** The webhook of this exchange, to be stored if its tenant's delivery is durable. */
function requestOf(
  { action, keyring, telemetry }: DeliverParts,
  { state }: WebhookExchange,
): IdempotentRequest {
  const { tenant, secret, body, requestId } = state;
  const webhook = action.parse(body.json, tenant);
  if (secret.scope !== undefined && !isInScope(webhook, secret.scope)) {
    telemetry.outsideScope(tenant.slug, secret);
    throw outsideScope();
  }
  const request = toIdempotentRequest(tenant, webhook, body.raw, requestId);
  if (!state.mayStore || keyring === undefined) return request;
  return toStoredRequest(request, { raw: body.raw, tenant, keyring }, { separateInMs: resentMs });
}

/** Begins to deliver, or only accepts if no attempt is to be made now; `onStored` is called once the webhook is stored. */
function begin(
  { deliverer, telemetry }: DeliverParts,
  ctx: WebhookExchange,
  request: IdempotentRequest,
  onStored: (accepted: AcceptedDelivery) => void,
): Promise<Issued | Accepted> {
  const { tenant, context, postponed } = ctx.state;
  const onClaimed: Parameters<Deliverer['deliver']>[3] = (claimed) => {
    context.claim = claimed.result;
    telemetry.claimed(claimed.result);
    if (!('claim' in claimed) || claimed.claim.deliveryId === undefined) return;
    const { deliveryId, externalId } = claimed.claim;
    onStored({ deliveryId, externalId });
  };
  return postponed === null
    ? deliverer.deliver(tenant, request, callerOf(ctx), onClaimed)
    : deliverer.accept(tenant, request, postponed, onClaimed);
}

/** Whether a webhook secret of this scope may be used to ask for it. */
export function isInScope(webhook: ActionRequest, scope: SecretScope): boolean {
  return (scope.actions?.includes(webhook.action.name) ?? true) && webhook.isWithin(scope);
}

function outsideScope(): Problem {
  return new Problem('not_allowed', {
    detail:
      'Use the secret that was made for this Flow: the one in x-omneo-secret may not ask for this. ' +
      'If it is the right one, ask your platform team to widen its scope.',
  });
}
