import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Context } from 'koa';
import type { Clock } from '../clock.ts';
import { type Log, errorNames } from '../log.ts';
import { UpstreamError } from '../omneo/upstream.ts';
import type { Registry } from '../tenants/registry.ts';
import type { Tenant, WebhookSecret } from '../tenants/tenant.ts';
import { readBody } from './body.ts';
import type { Caller } from './creation.ts';
import type { InFlight } from './inflight.ts';
import type { Issued, Issuer } from './issue.ts';
import type { Limit } from './limits.ts';
import { type Order, toOrder } from './order.ts';
import { parseWebhook } from './payload.ts';
import { Problem } from './problem.ts';
import type { Claimed, Story } from './story.ts';
import { matchSecret } from './secret.ts';

/** Longest time for a body to arrive, in milliseconds. */
const maxArrivalMs = 10_000;

type Parts = Readonly<{
  registry: Registry;
  issuer: Issuer;
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
}>;

/** Answers one webhook: limit, find the tenant, authenticate, parse, issue, answer. Counting is the caller's. */
export function rewardsHandler(parts: Parts): (ctx: Context, slug: string, story: Story) => Promise<void> {
  const { issuer, inFlight, processLimit, tenantLimit } = parts;
  const handle = async (ctx: Context, slug: string, story: Story): Promise<void> => {
    if (parts.isDraining()) throw notReady('this replica is stopping');
    const leaveProcess = processLimit.enter('');
    const deadline = parts.clock.monotonic() + parts.answerMs;
    let work: Promise<unknown> = Promise.resolve();
    let leaveTenant = (): void => undefined;
    try {
      const tenant = authenticate(parts, slug, ctx.get('x-omneo-secret'), story);
      leaveTenant = tenantLimit.enter(slug);
      const { json, raw } = await withinDeadline(readBody(ctx), parts.clock, arrival(ctx, deadline, parts));
      const order = toOrder(tenant, parseWebhook(json, tenant.klaviyo.identifiers), raw);
      const issuing = issuer.issue(tenant, order, callerOf(ctx), (claimed) => {
        story.claim = claimed;
        parts.claimed(claimed);
      });
      work = issuing;
      const late = (): Problem => {
        work = settleLate(
          { request_id: String(ctx.state['requestId']), tenant: slug },
          parts,
          order,
          issuing,
        );
        return story.claim === null ? notReady('the ledger did not answer in time') : omneoLate();
      };
      const issued = await withinDeadline(issuing, parts.clock, { deadline, late });
      if (!issued.mayBeTold) {
        work = issuer.answered(order, issued, false);
        throw notReady('the ledger could not be told of the reward');
      }
      answer(ctx, issued, story);
      work = delivery(ctx, parts, order, issued);
    } finally {
      // An upstream call that outlives the answer goes on to settle the ledger, and keeps its place meanwhile.
      inFlight.track(work, () => {
        leaveTenant();
        leaveProcess();
      });
    }
  };
  return function rewards(ctx, slug, story) {
    const handled = handle(ctx, slug, story);
    inFlight.track(handled);
    return handled;
  };
}

/**
 * Finds the tenant whose secret the caller has.
 *
 * An unknown tenant and a wrong secret end alike, in what is answered and in how long it takes. While a tenant may
 * be unknown to us, or a secret of it cannot be read, neither can be told: both are to come back.
 */
function authenticate({ registry, secretUsed }: Parts, slug: string, sent: string, story: Story): Tenant {
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

function notReady(why: string): Problem {
  return new Problem('not_ready', { detail: `Nothing to fix: ${why}; Klaviyo sends it again.` });
}

type Deadline = Readonly<{ deadline: number; late: () => Problem }>;

/** What `work` brings by `deadline`, on the monotonic clock, or the problem `late`. `work` goes on all the same. */
function withinDeadline<T>(work: Promise<T>, clock: Clock, { deadline, late }: Deadline): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(Math.max(0, deadline - clock.monotonic()), () => {
      reject(late());
    });
    void work.then(resolve, reject).then(cancel);
  });
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

function answer(ctx: Context, { status, externalId, receipt }: Issued, story: Story): void {
  story.outcome = status === 'created' ? 'granted' : 'duplicate';
  story.rewardId = receipt.rewardId;
  story.matchedBy = receipt.matchedBy;
  ctx.status = 200;
  ctx.body = { status, reward_id: receipt.rewardId, external_id: externalId, matched_by: receipt.matchedBy };
}

/** The other end of the connection. */
function callerOf({ res }: Context): Caller {
  return {
    isGone: () => res.closed && !res.writableEnded,
    isWaiting: () => !res.closed && !res.writableEnded,
  };
}

/**
 * Sees a webhook to its end that was answered before: its caller was told to come back, and then has to find what came
 * of it. Nobody else hears of that, so it is logged.
 */
async function settleLate(
  names: Readonly<{ request_id: string; tenant: string }>,
  { issuer, log }: Parts,
  order: Order,
  issuing: Promise<Issued>,
): Promise<void> {
  let rewardId: Story['rewardId'] = null;
  let error: Story['error'] = null;
  try {
    const issued = await issuing;
    rewardId = issued.receipt.rewardId;
    await issuer.answered(order, issued, false);
  } catch (failure) {
    error = errorNames(failure);
  }
  const fields = { ...names, reward_id: rewardId, error };
  log[rewardId === null ? 'warn' : 'info'](fields, 'webhook settled after its answer');
}

/** Resolves when the ledger knows of the reward, and whether the answer went out if that matters. */
async function delivery({ res }: Context, { issuer }: Parts, order: Order, issued: Issued): Promise<void> {
  // Only of a webhook without an id it matters whether its answer went out.
  await issuer.answered(order, issued, order.anonymous ? await isOut(res) : true);
}

/** Whether an answer reaches the socket before that closes. What the network does with it then, nobody tells us. */
async function isOut(res: ServerResponse): Promise<boolean> {
  // A response whose socket is gone still takes an answer, and then calls itself finished.
  if (res.closed) return false;
  return await Promise.race([once(res, 'finish').then(() => true), once(res, 'close').then(() => false)]);
}
