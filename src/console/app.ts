import { randomUUID } from 'node:crypto';
import Koa from 'koa';
import { errorNames } from '../lib/log.ts';
import type { ConsoleAccess } from './access/consoleaccess.ts';
import { identifyRequest } from './access/identifyrequest.ts';
import type { ApiParts } from './api/apiparts.ts';
import { createApiRouter } from './api/apirouter.ts';
import type { ApiState } from './api/apistate.ts';
import { answerConsoleProblems } from './api/middleware/answerproblems.ts';
import { ConsoleProblem } from './consoleproblem.ts';
import { pageFiles } from './page/pagefiles.ts';

type ConsoleAppParts = Readonly<{
  access: ConsoleAccess;
  api: ApiParts;
  /** Where the built page lies; undefined: there is none. */
  pageFolder?: string | undefined;
}>;

/**
 * The console's port: its page, its API, and one way for a failure to become an answer.
 *
 * @throws Error if the folder of the page is there, and cannot be read
 */
export function createConsoleApp({ access, api, pageFolder }: ConsoleAppParts): Koa<ApiState> {
  const { log } = api;
  const app = new Koa<ApiState>();
  // Every failure is answered below; what is left are sockets that broke.
  app.on('error', (error: unknown) => {
    log.debug({ error: errorNames(error) }, 'connection error');
  });
  app.use(function nameRequest(ctx, next) {
    ctx.state.requestId = randomUUID();
    ctx.set('X-Request-Id', ctx.state.requestId);
    ctx.set('Cache-Control', 'no-store');
    return next();
  });
  app.use(answerConsoleProblems(log));
  const hasSignIn = access.signIn !== undefined;
  if (pageFolder !== undefined) app.use(pageFiles(pageFolder, { hasSignIn }));
  if (access.signIn !== undefined) {
    app.use(access.signIn.routes.routes());
    app.use(access.signIn.giveRenewedSession);
  }
  app.use(async function identify(ctx, next) {
    ctx.state.identity = await identifyRequest(access.authenticators, ctx.req);
    await next();
  });
  app.use(createApiRouter({ ...api, authorizer: access.authorizer }).routes());
  app.use(function notFound() {
    throw new ConsoleProblem('not_found');
  });
  return app;
}
