import { randomUUID } from 'node:crypto';
import { Problem } from '../../lib/problem.ts';
import type { InFlight } from '../inflight.ts';
import type { Step } from '../webhookstate.ts';

/** Gives the request its id, and the answer the headers that every answer has. */
export function assignRequestId(inFlight: InFlight): Step {
  return async function assignRequestId(ctx, next) {
    const requestId = requestIdOf(ctx.get('x-request-id'));
    ctx.state.requestId = requestId;
    ctx.set('X-Request-Id', requestId);
    ctx.set('Cache-Control', 'no-store');
    await next();
    // A keep-alive connection would go on bringing webhooks to a server that has stopped listening.
    if (inFlight.isDraining) ctx.set('Connection', 'close');
  };
}

/** Path and query of a request's target, which may be an absolute URL (RFC 9112, 3.2.2). Throws Problem `not_found`. */
export function originForm(target: string): string {
  if (target.startsWith('/')) return target;
  const url = URL.parse(target);
  if (url === null || !/^https?:$/.test(url.protocol)) throw new Problem('not_found');
  return url.pathname + url.search;
}

/** The caller's request id if it is sane, else one of our own. */
function requestIdOf(sent: string): string {
  return /^[\w.:-]{1,64}$/.test(sent) ? sent : randomUUID();
}
