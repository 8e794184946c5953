import type { Context } from 'koa';
import type { Caller } from '../delivery/attempt.ts';
import type { Accepted, Issued } from '../delivery/delivered.ts';
import type { Deliverer } from '../delivery/deliverer.ts';
import { type IdempotentRequest, namesWith } from '../delivery/idempotentrequest.ts';
import type { Rehearsed } from '../delivery/rehearsal/rehearsal.ts';
import { writable } from '../lib/exactjson.ts';
import { errorNames } from '../lib/log.ts';
import type { ResourceId } from '../lib/resourceid.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { WebhookContext } from '../telemetry/webhookcontext.ts';
import type { WebhookExchange } from './webhookstate.ts';

/** Answers a webhook that was delivered; `idField` is the name of what was made. */
export function answerIssued(ctx: WebhookExchange, idField: string, issued: Issued): void {
  const { status, externalId, receipt, conflict = null } = issued;
  const { resourceId, matchedBy } = receipt;
  const { context } = ctx.state;
  context.outcome = status === 'created' ? 'granted' : 'duplicate';
  context.resource = { idField, id: resourceId };
  context.matchedBy = matchedBy;
  context.identityConflict = conflict;
  ctx.status = 200;
  ctx.body = { status, [idField]: writable(resourceId), external_id: externalId, matched_by: matchedBy };
}

/** Answers a webhook that is stored, and not done yet. */
export function answerAccepted(ctx: WebhookExchange, accepted: Accepted, httpStatus: number): void {
  const { status, deliveryId, externalId, cause } = accepted;
  const { context } = ctx.state;
  context.outcome = 'accepted';
  context.deliveryId = deliveryId;
  if (cause !== undefined) context.error = errorNames(cause);
  ctx.status = httpStatus;
  ctx.body = { status, delivery_id: deliveryId, external_id: externalId };
}

/** Answers a webhook that was only rehearsed. */
export function answerRehearsed(ctx: WebhookExchange, { would, matchedBy, externalId }: Rehearsed): void {
  const { context } = ctx.state;
  context.outcome = 'rehearsed';
  context.matchedBy = matchedBy;
  ctx.status = 200;
  ctx.body = { status: 'rehearsed', would, external_id: externalId, matched_by: matchedBy };
}

/** The other end of the connection. */
export function callerOf(ctx: Context): Caller {
  const { res } = ctx;
  const mayBeGone = disconnectOf(ctx);
  return {
    isGone: () => mayBeGone() && !res.writableEnded,
    isWaiting: () => !mayBeGone() && !res.writableEnded,
  };
}

/**
 * Whether the caller may have hung up. One that has, and one that only closed its side of the connection and
 * still reads, look the same: each sent its FIN.
 */
export function disconnectOf({ req: { socket }, res }: Context): () => boolean {
  return () => res.closed || socket.readableEnded;
}

type LateParts = Readonly<{ deliverer: Deliverer; telemetry: Telemetry; context: WebhookContext }>;

/**
 * Sees a webhook to its end that was answered before: its caller was told to come back, or that it is accepted. No
 * answer says what came of it, so it is logged.
 */
export async function settleAfterAnswer(
  { deliverer, telemetry, context }: LateParts,
  request: IdempotentRequest,
  delivering: Promise<Issued | Accepted>,
  { isAccepted }: Readonly<{ isAccepted: boolean }>,
): Promise<void> {
  let resourceId: ResourceId | null = null;
  let error: string | null = null;
  try {
    const delivered = await delivering;
    if (delivered.status !== 'accepted') {
      ({ resourceId } = delivered.receipt);
      if (delivered.status === 'duplicate') telemetry.foundDuplicate(context);
      if (delivered.conflict === true) telemetry.lateIdentityConflict(request.names);
    }
    if (!isAccepted) await deliverer.answered(request, delivered, false);
    if (delivered.status === 'accepted') {
      // What is not done by now is the courier's.
      if (delivered.cause === undefined) return;
      error = errorNames(delivered.cause);
    }
  } catch (failure) {
    error = errorNames(failure);
  }
  telemetry.webhookSettled({ ...namesWith(request, resourceId), error }, resourceId !== null);
}

/** Resolves when the ledger has recorded what was delivered, and whether its answer was sent if that matters. */
export function recordDelivery(
  ctx: Context,
  deliverer: Deliverer,
  request: IdempotentRequest,
  delivered: Issued | Accepted,
): Promise<void> {
  // Only of a webhook without an id it matters whether its answer was sent.
  if (!request.withoutId) return deliverer.answered(request, delivered, true);
  return isSent(ctx).then((wasSent) => deliverer.answered(request, delivered, wasSent));
}

/** Whether an answer reaches the socket before that closes. What the network does with it then is not known. */
function isSent(ctx: Context): Promise<boolean> {
  const { res, req } = ctx;
  const { socket } = req;
  return new Promise((resolve) => {
    // A response whose socket is gone still takes an answer, and then calls itself finished.
    if (disconnectOf(ctx)()) resolve(false);
    // It closes right after it has finished, whether its caller is there or not.
    res.once('finish', () => {
      resolve(!socket.readableEnded);
    });
    res.once('close', () => {
      resolve(false);
    });
  });
}
