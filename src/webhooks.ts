import { hash } from 'node:crypto';
import type { Server } from 'node:http';
import { rewardsAction } from './actions/rewards/rewardsaction.ts';
import type { Config } from './config/config.ts';
import { Deliverer } from './delivery/deliverer.ts';
import { createApp } from './http/app.ts';
import type { InFlight } from './http/inflight.ts';
import { createWebhookServer } from './http/server.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import { type UpstreamOptions, createUpstream } from './omneo/omneo.ts';
import type { Paces } from './omneo/pace/paces.ts';
import type { Proofs } from './omneo/rewards/provenshapes.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import type { Registry } from './tenants/registry.ts';
import type { Tenant } from './tenants/tenant.ts';

export type WebhookParts = Readonly<{
  config: Config;
  registry: Registry;
  ledger: Ledger;
  telemetry: Telemetry;
  clock: Clock;
  random: () => number;
  log: Log;
  dispatcher: UpstreamOptions['dispatcher'];
  inFlight: InFlight;
  paces: Paces;
  /** Called when Omneo begins, or ceases, to refuse the credentials of a tenant, with the fields that it rejects. */
  onCredentials: (tenant: Tenant, refused: boolean, fields: readonly string[]) => void;
}>;

/** The server of the public port, with everything that a webhook passes through. */
export function webhookServer(parts: WebhookParts): Server {
  const { config, telemetry } = parts;
  const app = createApp({
    ...parts,
    limits: config,
    actions: [rewardsAction()],
    deliverer: delivererOf(parts),
  });
  const listener = app.callback();
  return createWebhookServer(
    {
      listener: (request, response) => void listener(request, response),
      maxConnections: config.maxConnections,
      telemetry,
    },
    { keepAliveTimeout: config.keepAliveMs },
  );
}

function delivererOf(parts: WebhookParts): Deliverer {
  const { config, ledger, clock, log, inFlight } = parts;
  return new Deliverer({
    ledger,
    upstream: upstreamOf(parts),
    clock,
    log,
    waitMs: config.answerDeadlineMs * 0.8,
    createMs: config.upstreamTimeoutMs,
    repeatMs: config.repeatWindowMs,
    // Twice as long as anything is worked on.
    retry: { everyMs: 1000, forMs: 2 * config.leaseMs },
    isDraining: () => inFlight.isDraining,
  });
}

function upstreamOf(parts: WebhookParts): ReturnType<typeof createUpstream> {
  const { config, ledger, telemetry, clock, random, dispatcher, paces, onCredentials } = parts;
  return createUpstream({
    dispatcher,
    clock,
    random,
    timeoutMs: config.upstreamTimeoutMs,
    credentialsRetryMs: config.credentialsRetryMs,
    proofsOf: (baseURL) => proofsIn(ledger, baseURL),
    paceOf: (tenant) => paces.of(tenant),
    observe: {
      ...telemetry.upstream,
      refused: (tenant, refused, fields) => {
        telemetry.upstream.refused(tenant, refused, fields);
        onCredentials(tenant, refused, fields);
      },
    },
  });
}

/** What an Omneo has shown to find, as the ledger keeps it: under a digest, since a name must not be long. */
function proofsIn(ledger: Ledger, baseURL: string): Proofs {
  const nameOf = (kind: string): string => `found/${hash('sha256', `${baseURL}\n${kind}`, 'base64url')}`;
  return {
    note: (kind, length) => ledger.recordMax(nameOf(kind), length),
    noted: (kind) => ledger.readMax(nameOf(kind)),
  };
}
