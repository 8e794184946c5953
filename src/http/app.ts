import Router from '@koa/router';
import Koa from 'koa';
import compose from 'koa-compose';
import type { Action } from '../actions/action.ts';
import type { Deliverer } from '../delivery/deliverer.ts';
import type { Rehearse } from '../delivery/rehearsal/rehearsal.ts';
import type { WebhookStorage } from '../delivery/refusedwebhooks.ts';
import type { Clock } from '../lib/clock.ts';
import { type Log, errorNames } from '../lib/log.ts';
import { routeOf } from '../lib/paths.ts';
import { Problem } from '../lib/problem.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Traces } from '../telemetry/tracing/traces.ts';
import type { Registry } from '../tenants/registry.ts';
import { deliver } from './deliver.ts';
import { type InFlight, countInFlight } from './inflight.ts';
import { authenticate } from './middleware/authenticate.ts';
import { assignRequestId } from './middleware/requestid.ts';
import { type Places, limitConcurrency, limitTenant } from './middleware/limits.ts';
import { observe } from './middleware/observe.ts';
import { answerProblems } from './middleware/problems.ts';
import { parkRefusedWebhooks } from './middleware/parkrefused.ts';
import { readJson } from './middleware/readjson.ts';
import { traceWebhooks } from './middleware/tracewebhooks.ts';
import type { Step, WebhookState } from './webhookstate.ts';

type AppParts = Readonly<{
  places: Places;
  /** In how many milliseconds each webhook is answered. */
  answerDeadlineMs: number;
  actions: readonly Action[];
  registry: Registry;
  deliverer: Deliverer;
  rehearse: Rehearse;
  /** Undefined: no webhook is stored. */
  storage: WebhookStorage | undefined;
  /** What a webhook is answered with that is stored, and not done yet. */
  acceptedStatus: number;
  inFlight: InFlight;
  telemetry: Telemetry;
  /** Undefined: no webhook is traced. */
  traces?: Traces | undefined;
  clock: Clock;
  log: Log;
}>;

/** The public port: a route for each action, and one way for a failure to become an answer. */
export function createApp(parts: AppParts): Koa<WebhookState> {
  const app = new Koa<WebhookState>();
  // Every failure is answered below, and a webhook's is logged with it; what is left are sockets that broke.
  app.on('error', (error: unknown) => {
    parts.log.debug({ error: errorNames(error) }, 'connection error');
  });
  app.use(assignRequestId(parts.inFlight));
  app.use(answerProblems);
  app.use(routesOf(parts).routes());
  app.use(function notFound() {
    throw new Problem('not_found');
  });
  return app;
}

function routesOf(parts: AppParts): Router<WebhookState> {
  const router = new Router<WebhookState>({ sensitive: true });
  for (const action of parts.actions) {
    const path = routeOf(action.name);
    const { telemetry, clock } = parts;
    const traced = parts.traces === undefined ? [] : [traceWebhooks(parts.traces, path)];
    const observed = observe({ telemetry, clock, action });
    const enter = entryOf(parts, action);
    const parked = parkRefusedWebhooks(action, parts.storage);
    const delivered = deliver({ ...parts, keyring: parts.storage?.keyring, action });
    // Composed here: the router would do it again for each webhook.
    router.post(path, compose([...traced, observed, ...enter, parked, readJson(clock), delivered]));
    router.all(path, function wrongMethod(ctx) {
      ctx.set('Allow', 'POST');
      throw new Problem('method_not_allowed');
    });
  }
  return router;
}

/** What a webhook of an action passes before its body is read, in this order. */
function entryOf(
  { places, answerDeadlineMs, registry, inFlight, telemetry, clock }: AppParts,
  action: Action,
): readonly Step[] {
  return [
    countInFlight(inFlight),
    limitConcurrency(places.process, inFlight),
    function setDeadline(ctx, next) {
      ctx.state.deadline = clock.monotonic() + answerDeadlineMs;
      return next();
    },
    authenticate({ registry, telemetry, action: action.name }),
    limitTenant(places.tenants, inFlight),
  ];
}
