import type { Context } from 'koa';
import { writable } from '../lib/exactjson.ts';
import { type Log, errorNames } from '../lib/log.ts';
import type { Caller } from '../delivery/creation.ts';
import type { Issued, Deliverer } from '../delivery/deliverer.ts';
import type { IdempotentRequest } from '../delivery/idempotentrequest.ts';
import type { WebhookContext } from '../telemetry/webhookcontext.ts';

type Parts = Readonly<{
  deliverer: Deliverer;
  log: Log;
  /** Counts a webhook of this tenant whose person_id and e-mail are of two profiles. */
  identityConflict: (slug: string) => void;
}>;

/** Answers a webhook whose reward exists. */
export function answer(ctx: Context, issued: Issued, context: WebhookContext): void {
  const { status, externalId, receipt, conflict = null } = issued;
  context.outcome = status === 'created' ? 'granted' : 'duplicate';
  context.rewardId = receipt.rewardId;
  context.matchedBy = receipt.matchedBy;
  context.identityConflict = conflict;
  ctx.status = 200;
  const { rewardId, matchedBy } = receipt;
  ctx.body = { status, reward_id: writable(rewardId), external_id: externalId, matched_by: matchedBy };
}

/** The other end of the connection. */
export function callerOf(ctx: Context): Caller {
  const { res } = ctx;
  const mayBeGone = hangUpOf(ctx);
  return {
    isGone: () => mayBeGone() && !res.writableEnded,
    isWaiting: () => !mayBeGone() && !res.writableEnded,
  };
}

/**
 * Tells whether the caller may have hung up. One that has, and one that only closed its side of the connection and
 * still reads, look the same: each sent its FIN.
 */
export function hangUpOf({ req: { socket }, res }: Context): () => boolean {
  return () => res.closed || socket.readableEnded;
}

/**
 * Sees a webhook to its end that was answered before: its caller was told to come back, and then has to find what came
 * of it. Nobody else hears of that, so it is logged.
 */
export async function settleLate(
  { deliverer, log, identityConflict }: Parts,
  request: IdempotentRequest,
  issuing: Promise<Issued>,
): Promise<void> {
  let rewardId: WebhookContext['rewardId'] = null;
  let error: WebhookContext['error'] = null;
  try {
    const issued = await issuing;
    rewardId = issued.receipt.rewardId;
    if (issued.conflict === true) {
      identityConflict(request.names.tenant);
      log.warn(request.names, 'person_id and e-mail are of two profiles');
    }
    await deliverer.answered(request, issued, false);
  } catch (failure) {
    error = errorNames(failure);
  }
  const fields = { ...request.names, reward_id: rewardId, error };
  log[rewardId === null ? 'warn' : 'info'](fields, 'webhook settled after its answer');
}

/** Resolves when the ledger knows of the reward, and whether the answer went out if that matters. */
export async function delivery(
  ctx: Context,
  { deliverer }: Parts,
  request: IdempotentRequest,
  issued: Issued,
): Promise<void> {
  // Only of a webhook without an id it matters whether its answer went out.
  await deliverer.answered(request, issued, request.anonymous ? await isSent(ctx) : true);
}

/** Whether an answer reaches the socket before that closes. What the network does with it then, nobody tells us. */
function isSent(ctx: Context): Promise<boolean> {
  const { res, req } = ctx;
  const { socket } = req;
  return new Promise((resolve) => {
    // A response whose socket is gone still takes an answer, and then calls itself finished.
    if (hangUpOf(ctx)()) resolve(false);
    // It closes right after it has finished, whether its caller is there or not.
    res.once('finish', () => {
      resolve(!socket.readableEnded);
    });
    res.once('close', () => {
      resolve(false);
    });
  });
}
