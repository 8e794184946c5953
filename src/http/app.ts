import { randomUUID } from 'node:crypto';
import Router, { type RouterContext } from '@koa/router';
import Koa, { type Context, type Next } from 'koa';
import { LedgerUnavailable } from '../ledger/ledger.ts';
import { type Log, errorNames } from '../lib/log.ts';
import { UpstreamError } from '../omneo/client/upstream.ts';
import { hangUpOf } from './answer.ts';
import { brokenOff } from './body/body.ts';
import { routeOf } from '../lib/paths.ts';
import { Problem } from '../lib/problem.ts';
import {
  type Ending,
  type WebhookContext,
  newWebhookContext,
  recordFailure,
} from '../telemetry/webhookcontext.ts';

const path = routeOf('rewards');

type Parts = Readonly<{
  rewards: (ctx: Context, slug: string, context: WebhookContext) => Promise<void>;
  isDraining: () => boolean;
  /** Called once for each webhook, whatever became of it. */
  ended: (ending: Ending) => void;
  monotonic: () => number;
  log: Log;
}>;

/** The public port: one route, one way for a failure to become an answer, one place where webhooks are counted. */
export function createApp(parts: Parts): Koa {
  const app = new Koa();
  // Every failure is answered below, and a webhook's is logged with it; what is left are sockets that broke.
  app.on('error', (error: unknown) => {
    parts.log.debug({ error: errorNames(error) }, 'connection error');
  });
  const router = new Router({ sensitive: true });
  router.post(path, webhook(parts));
  router.all(path, (ctx) => {
    ctx.set('Allow', 'POST');
    throw new Problem('method_not_allowed');
  });
  app.use(answerProblems(parts));
  app.use(router.routes());
  app.use(function notFound() {
    throw new Problem('not_found');
  });
  return app;
}

function answerProblems({ isDraining }: Parts) {
  return async function answerProblems(ctx: Context, next: Next): Promise<void> {
    const requestId = requestIdOf(ctx.get('x-request-id'));
    ctx.state['requestId'] = requestId;
    ctx.set('X-Request-Id', requestId);
    ctx.set('Cache-Control', 'no-store');
    try {
      ctx.url = originForm(ctx.url);
      await next();
    } catch (error) {
      answerProblem(ctx, toProblem(error), requestId);
    }
    // A keep-alive connection would go on bringing webhooks to a server that has stopped listening.
    if (isDraining()) ctx.set('Connection', 'close');
  };
}

function answerProblem(ctx: Context, problem: Problem, requestId: string): void {
  ctx.status = problem.status;
  ctx.body = problem.body(requestId);
  ctx.type = 'application/problem+json';
  if (problem.retryAfter !== undefined) ctx.set('Retry-After', String(problem.retryAfter));
}

function webhook({ rewards, ended, monotonic }: Parts) {
  return async function webhook(ctx: RouterContext): Promise<void> {
    const begun = monotonic();
    const context = newWebhookContext();
    let mayBeGone = hangUpOf(ctx);
    // Whoever sends no more in the middle of a body has hung up, whether the answer can still be sent or not.
    ctx.req.once(brokenOff, ({ code }: Problem) => {
      if (code === 'not_ready') mayBeGone = () => true;
    });
    try {
      await rewards(ctx, ctx.params['slug'] ?? '', context);
    } catch (error) {
      const problem = toProblem(error);
      recordFailure(context, problem);
      ctx.status = problem.status;
      throw problem;
    } finally {
      const requestId = String(ctx.state['requestId']);
      const seconds = (monotonic() - begun) / 1000;
      ended({ context, status: ctx.status, seconds, requestId, callerGone: mayBeGone() });
    }
  };
}

/** Path and query of a request's target, which may be an absolute URL (RFC 9112, 3.2.2). */
function originForm(target: string): string {
  if (target.startsWith('/')) return target;
  const url = URL.parse(target);
  if (url === null || !/^https?:$/.test(url.protocol)) throw new Problem('not_found');
  return url.pathname + url.search;
}

/** The caller's request id if it is sane, else one of our own. */
function requestIdOf(sent: string): string {
  return /^[\w.:-]{1,64}$/.test(sent) ? sent : randomUUID();
}

/** What each kind of failure means to Klaviyo. */
function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof LedgerUnavailable) {
    const detail = 'Nothing to fix in Klaviyo, which sends it again: the ledger cannot be reached.';
    return new Problem('not_ready', { detail, cause: error });
  }
  if (!(error instanceof UpstreamError)) return new Problem('internal', { cause: error });
  switch (error.fault) {
    case 'unavailable': {
      const outcome = error.needsHuman ? { outcome: 'unsettled' as const } : {};
      return new Problem('upstream_unavailable', { ...outcome, cause: error });
    }
    case 'throttled': {
      const detail = "Nothing to fix: Omneo's limit is reached; Klaviyo sends it again.";
      return new Problem('overloaded', { detail, retryAfter: error.retryAfter ?? 5, cause: error });
    }
    case 'refused': {
      const detail =
        "Nothing to fix in Klaviyo, which sends it again: Omneo refuses the gateway's credentials.";
      return new Problem('not_ready', { detail, cause: error });
    }
    case 'rejected': {
      const hint = 'is rejected by Omneo: check it against the reward definition.';
      const errors = error.fields.map((field) => ({ field, code: 'rejected_by_omneo', hint }));
      return new Problem('reward_rejected', { errors, cause: error });
    }
  }
}
