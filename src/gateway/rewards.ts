import type { Context } from 'koa';
import type { Clock } from '../clock.ts';
import type { Registry } from '../tenants/registry.ts';
import type { Tenant, WebhookSecret } from '../tenants/tenant.ts';
import { readBody } from './body.ts';
import type { InFlight } from './inflight.ts';
import type { Issued, Issuer } from './issue.ts';
import type { Limit } from './limits.ts';
import { type Order, toOrder } from './order.ts';
import { parseWebhook } from './payload.ts';
import { Problem } from './problem.ts';
import type { Story } from './story.ts';
import { matchSecret } from './secret.ts';

type Parts = Readonly<{
  registry: Registry;
  issuer: Issuer;
  clock: Clock;
  inFlight: InFlight;
  processLimit: Limit;
  tenantLimit: Limit;
  /** A webhook is answered within this time, in milliseconds. */
  answerMs: number;
  isDraining: () => boolean;
  secretUsed: (slug: string, secret: WebhookSecret) => void;
}>;

/** Answers one webhook: limit, find the tenant, authenticate, parse, issue, answer. Counting is the caller's. */
export function rewardsHandler(parts: Parts): (ctx: Context, slug: string, story: Story) => Promise<void> {
  const { issuer, inFlight, processLimit, tenantLimit } = parts;
  return async function rewards(ctx, slug, story) {
    if (parts.isDraining())
      throw new Problem('not_ready', {
        detail: 'Nothing to fix: this replica is stopping; Klaviyo sends it again.',
      });
    const leaveProcess = processLimit.enter('');
    let work: Promise<unknown> = Promise.resolve();
    let leaveTenant = (): void => undefined;
    try {
      const tenant = authenticate(parts, slug, ctx.get('x-omneo-secret'), story);
      leaveTenant = tenantLimit.enter(slug);
      const { json, raw } = await readBody(ctx);
      const order = toOrder(tenant, parseWebhook(json, tenant.klaviyo.identifiers), raw);
      const issuing = issuer.issue(tenant, order);
      work = issuing;
      const issued = await withinDeadline(issuing, parts);
      answer(ctx, issued, story);
      work = delivery(ctx, parts, order);
    } finally {
      // An upstream call that outlives the answer goes on to settle the ledger, and keeps its place meanwhile.
      inFlight.track(work, () => {
        leaveTenant();
        leaveProcess();
      });
    }
  };
}

/**
 * Finds the tenant whose secret the caller has.
 *
 * An unknown tenant and a wrong secret end alike, in what is answered and in how long it takes. Before every
 * slug is known, "unknown" cannot be told, nor "wrong" while a secret of the tenant cannot be read.
 */
function authenticate({ registry, secretUsed }: Parts, slug: string, sent: string, story: Story): Tenant {
  const resolution = registry.get(slug);
  const secret = matchSecret(resolution?.webhookSecrets ?? [], sent);
  if (resolution === undefined) {
    if (!registry.complete)
      throw new Problem('not_ready', {
        detail: 'Nothing to fix: tenants are still being loaded; Klaviyo sends it again.',
      });
    throw new Problem('unauthorized', { outcome: 'unknown_tenant' });
  }
  story.tenant = slug;
  if ('refusal' in resolution) {
    if (secret === null && resolution.refusal.condition === 'Ready') throw new Problem('unauthorized');
    throw new Problem('not_ready', {
      detail: 'Nothing to fix in Klaviyo, which sends it again: this tenant is not ready in the gateway.',
    });
  }
  if (secret === null) throw new Problem('unauthorized');
  secretUsed(slug, secret);
  return resolution.tenant;
}

/** What `issuing` brings, or the problem `upstream_unavailable` when that takes too long. `issuing` goes on. */
function withinDeadline(issuing: Promise<Issued>, { clock, answerMs }: Parts): Promise<Issued> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(answerMs, () => {
      reject(
        new Problem('upstream_unavailable', {
          detail: 'Nothing to fix in Klaviyo, which sends it again: Omneo did not answer in time.',
        }),
      );
    });
    issuing.finally(cancel).then(resolve, reject);
  });
}

function answer(ctx: Context, { status, externalId, receipt }: Issued, story: Story): void {
  story.outcome = status === 'created' ? 'granted' : 'duplicate';
  story.rewardId = receipt.rewardId;
  story.matchedBy = receipt.matchedBy;
  ctx.status = 200;
  ctx.body = { status, reward_id: receipt.rewardId, external_id: externalId, matched_by: receipt.matchedBy };
}

/** Resolves when the answer is out and the ledger knows it, or when the caller is gone. */
async function delivery(ctx: Context, { issuer }: Parts, order: Order): Promise<void> {
  if (!order.anonymous) return;
  const told = await new Promise<boolean>((resolve) => {
    ctx.res.once('finish', () => {
      resolve(true);
    });
    ctx.res.once('close', () => {
      resolve(false);
    });
  });
  if (told) await issuer.delivered(order);
}
