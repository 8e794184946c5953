import Router from '@koa/router';
import type { Authorizer } from '../access/access.ts';
import { ConsoleProblem } from '../consoleproblem.ts';
import type { ApiParts } from './apiparts.ts';
import type { ApiState, ApiStep } from './apistate.ts';
import { Audit } from './audit.ts';
import { readApiBody } from './middleware/readapibody.ts';
import { takingTurns } from './middleware/taketurns.ts';
import { discardDeliveries, replayDeliveries } from './routes/bulkchange.ts';
import { discardDelivery } from './routes/discarddelivery.ts';
import { erasePerson } from './routes/eraseperson.ts';
import { listDeliveries } from './routes/listdeliveries.ts';
import { readDelivery } from './routes/readdelivery.ts';
import { rehearseWebhook } from './routes/rehearsewebhook.ts';
import { replayDelivery } from './routes/replaydelivery.ts';
import { listTenants, readActivity } from './routes/tenants.ts';
import { checkBody, listDefinitionsOf } from './routes/tenantsteps.ts';
import { whoAmI } from './routes/whoami.ts';
import { TenantAccess } from './tenantaccess.ts';

/** The steps of each route, by method and path as docs/openapi.yaml has them; of two paths that match, the first counts. */
type Routes = readonly (readonly [method: 'GET' | 'POST', path: string, step: ApiStep])[];

/** The routes of the console's API. What they ask for is allowed, or not, by `authorizer`. */
export function createApiRouter(parts: ApiParts & Readonly<{ authorizer: Authorizer }>): Router<ApiState> {
  const router = new Router<ApiState>({ sensitive: true });
  for (const [path, routes] of Map.groupBy(routesOf(parts), ([, path]) => path)) {
    const pattern = path.replaceAll(/\{(\w+)\}/g, ':$1');
    for (const [method, , step] of routes) {
      if (method === 'GET') router.get(pattern, step);
      else router.post(pattern, readApiBody, step);
    }
    router.all(pattern, refuseMethods(routes));
  }
  return router;
}

/** Answers any other method than those of a path. */
function refuseMethods(routes: Routes): ApiStep {
  const allowed = routes.flatMap(([method]) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
  return function wrongMethod(ctx) {
    ctx.set('Allow', allowed);
    throw new ConsoleProblem('method_not_allowed');
  };
}

function routesOf(given: ApiParts & Readonly<{ authorizer: Authorizer }>): Routes {
  const audit = new Audit(given.log, given.onChange);
  const parts = { ...given, audit, access: new TenantAccess(given) };
  const inTurn = takingTurns(given.clock);
  return [
    ['GET', '/api/v1/me', whoAmI],
    ['GET', '/api/v1/tenants', listTenants(parts)],
    ['GET', '/api/v1/tenants/{slug}/activity', inTurn(readActivity(parts))],
    ['GET', '/api/v1/tenants/{slug}/reward-definitions', listDefinitionsOf('rewards', parts)],
    ['GET', '/api/v1/tenants/{slug}/benefit-definitions', listDefinitionsOf('benefits', parts)],
    ['GET', '/api/v1/tenants/{slug}/credit-definitions', listDefinitionsOf('credits', parts)],
    ['POST', '/api/v1/tenants/{slug}/checks', checkBody(parts)],
    ['POST', '/api/v1/tenants/{slug}/rehearsals', rehearseWebhook(parts)],
    ['GET', '/api/v1/deliveries', inTurn(listDeliveries(parts))],
    ['POST', '/api/v1/deliveries/replay', replayDeliveries(parts)],
    ['POST', '/api/v1/deliveries/discard', discardDeliveries(parts)],
    ['GET', '/api/v1/deliveries/{delivery_id}', inTurn(readDelivery(parts))],
    ['POST', '/api/v1/deliveries/{delivery_id}/replay', replayDelivery(parts)],
    ['POST', '/api/v1/deliveries/{delivery_id}/discard', discardDelivery(parts)],
    ['POST', '/api/v1/erasures', erasePerson(parts)],
  ];
}
