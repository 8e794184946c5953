import { randomUUID } from 'node:crypto';
import Router from '@koa/router';
import Koa from 'koa';
import { type Log, errorNames } from '../lib/log.ts';
import type { Identity } from './access/access.ts';
import type { ConsoleAccess } from './access/consoleaccess.ts';
import { identifyRequest } from './access/identifyrequest.ts';
import { ConsoleProblem } from './consoleproblem.ts';

/** What the steps of one request hand on. */
type ConsoleState = { requestId: string; identity: Identity };

type ConsoleStep = Koa.Middleware<ConsoleState>;

type ConsoleAppParts = Readonly<{ access: ConsoleAccess; log: Log }>;

/** The console's port: its API, and one way for a failure to become an answer. */
export function createConsoleApp({ access, log }: ConsoleAppParts): Koa<ConsoleState> {
  const app = new Koa<ConsoleState>();
  // Every failure is answered below; what is left are sockets that broke.
  app.on('error', (error: unknown) => {
    log.debug({ error: errorNames(error) }, 'connection error');
  });
  app.use(function assignRequestId(ctx, next) {
    ctx.state.requestId = randomUUID();
    ctx.set('X-Request-Id', ctx.state.requestId);
    ctx.set('Cache-Control', 'no-store');
    return next();
  });
  app.use(answerProblems(log));
  if (access.signIn !== undefined) {
    app.use(access.signIn.routes.routes());
    app.use(access.signIn.giveRenewedSession);
  }
  app.use(async function authenticate(ctx, next) {
    ctx.state.identity = await identifyRequest(access.authenticators, ctx.req);
    await next();
  });
  app.use(apiRoutes().routes());
  app.use(function notFound() {
    throw new ConsoleProblem('not_found');
  });
  return app;
}

function apiRoutes(): Router<ConsoleState> {
  const router = new Router<ConsoleState>({ sensitive: true });
  router.get('/api/v1/me', function whoAmI(ctx) {
    const { user, signedInBy, csrfToken } = ctx.state.identity;
    ctx.body = { user, signed_in_by: signedInBy, ...(csrfToken !== undefined && { csrf_token: csrfToken }) };
  });
  return router;
}

/** Answers every failure as a problem (RFC 9457), and logs those that an operator has to see to. */
function answerProblems(log: Log): ConsoleStep {
  return async function answerProblems(ctx, next) {
    try {
      await next();
    } catch (error) {
      const problem =
        error instanceof ConsoleProblem ? error : new ConsoleProblem('internal', { cause: error });
      const { requestId } = ctx.state;
      if (problem.status >= 500)
        log.error(
          { request_id: requestId, code: problem.code, error: errorNames(problem) },
          'console failed',
        );
      ctx.status = problem.status;
      ctx.body = problem.body(requestId);
      ctx.type = 'application/problem+json';
      if (problem.status === 401) ctx.set('WWW-Authenticate', 'Bearer');
      if (problem.retryAfter !== undefined) ctx.set('Retry-After', String(problem.retryAfter));
    }
  };
}
