import type { Middleware } from 'koa';
import type { Authenticator } from '../../access/access.ts';
import type { SessionRenewal } from './renewal.ts';
import type { Sessions } from './sessions.ts';

type SessionParts = Readonly<{ sessions: Sessions; renewal: SessionRenewal }>;

/** Identifies who signed in with a browser. A request that changes something has to come from the console's own page. */
export function sessionAuthenticator({ sessions, renewal }: SessionParts): Authenticator {
  return {
    async identify(request) {
      const session = sessions.find(request);
      if (session === undefined) return undefined;
      sessions.guard(session, request);
      const { user, groups, csrfToken } = await renewal.current(session);
      return { user, groups, csrfToken, signedInBy: 'session' };
    },
  };
}

/**
 * Gives the browser the cookie of a session that was renewed while its request was answered. It has to stand before what
 * authenticates.
 */
export function giveRenewedSession({ sessions, renewal }: SessionParts): Middleware {
  return async function giveRenewedSession(ctx, next) {
    const session = sessions.peek(ctx.req);
    try {
      await next();
    } finally {
      const renewed = session && renewal.renewedOf(session);
      if (renewed !== undefined) ctx.append('Set-Cookie', sessions.give(renewed).header);
    }
  };
}
