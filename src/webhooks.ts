import { hash } from 'node:crypto';
import type { Server } from 'node:http';
import type { Proofs } from './omneo/rewards/provenshapes.ts';
import type { Clock } from './lib/clock.ts';
import type { Config } from './config/config.ts';
import { createApp } from './http/app.ts';
import type { InFlight } from './http/inflight.ts';
import { Deliverer } from './delivery/deliverer.ts';
import { Limit } from './http/middleware/limits.ts';
import { rewardsHandler } from './http/webhook.ts';
import { createWebhookServer } from './http/server.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Log } from './lib/log.ts';
import type { Metrics } from './telemetry/metrics.ts';
import { type UpstreamOptions, createUpstream } from './omneo/omneo.ts';
import type { Registry } from './tenants/registry.ts';
import type { Tenant } from './tenants/tenant.ts';
import { WebhookRecord } from './telemetry/webhookrecord.ts';

export type WebhookParts = Readonly<{
  config: Config;
  registry: Registry;
  ledger: Ledger;
  metrics: Metrics;
  clock: Clock;
  random: () => number;
  log: Log;
  dispatcher: UpstreamOptions['dispatcher'];
  inFlight: InFlight;
  isDraining: () => boolean;
  /** Told when Omneo begins, or ceases, to refuse the credentials of a tenant, and which fields it complains about. */
  credentials: (tenant: Tenant, refused: boolean, fields: readonly string[]) => void;
}>;

/** The server of the public port, with everything that a webhook passes through. */
export function webhookServer(parts: WebhookParts): Server {
  const { config, clock, log, isDraining } = parts;
  const record = new WebhookRecord(parts);
  const { ended, refused, dropped } = record;
  const app = createApp({
    rewards: handlerOf(parts),
    isDraining,
    monotonic: clock.monotonic,
    log,
    ended,
  });
  const listener = app.callback();
  return createWebhookServer(
    {
      listener: (request, response) => void listener(request, response),
      maxConnections: config.maxConnections,
      refused,
      dropped,
    },
    { keepAliveTimeout: config.keepAliveMs },
  );
}

function handlerOf(parts: WebhookParts): ReturnType<typeof rewardsHandler> {
  const { config, registry, metrics, clock, log, inFlight, isDraining } = parts;
  return rewardsHandler({
    registry,
    deliverer: issuerOf(parts),
    clock,
    log,
    inFlight,
    processLimit: new Limit(config.maxConcurrent),
    tenantLimit: new Limit(config.maxConcurrentPerTenant),
    answerMs: config.answerDeadlineMs,
    isDraining,
    claimed: (result) => {
      metrics.claimed(result);
    },
    secretUsed: (slug, secret) => {
      metrics.secretUsed(slug, secret.name);
    },
    identityConflict: metrics.identityConflict,
  });
}

function issuerOf(parts: WebhookParts): Deliverer {
  const { config, ledger, clock, log, isDraining } = parts;
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
    isDraining,
  });
}

function upstreamOf(parts: WebhookParts): ReturnType<typeof createUpstream> {
  const { config, ledger, metrics, clock, random, log, dispatcher, credentials } = parts;
  return createUpstream({
    dispatcher,
    clock,
    random,
    timeoutMs: config.upstreamTimeoutMs,
    credentialsRetryMs: config.credentialsRetryMs,
    proofsOf: (baseURL) => proofsIn(ledger, baseURL),
    observe: {
      call: (tenant, call) => {
        metrics.call(tenant.slug, call);
      },
      tokenFetched: (_, result) => {
        metrics.tokenFetched(result);
      },
      tokenDeviation: (tenant, deviations) => {
        log.warn(
          { tenant: tenant.slug },
          `the token is used, but Omneo's answer with it is odd: ${deviations}`,
        );
      },
      refused: (tenant, refused, fields) => {
        log.warn(
          { tenant: tenant.slug, ...(fields.length > 0 && { fields }) },
          refused ? 'Omneo refuses the credentials' : 'Omneo accepts the credentials again',
        );
        metrics.credentials(tenant, refused);
        credentials(tenant, refused, fields);
      },
      altered: (tenant, rewardId) => {
        log.warn({ tenant: tenant.slug, reward_id: rewardId }, 'Omneo has altered an external_id');
        metrics.externalIdAltered(tenant.slug);
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
