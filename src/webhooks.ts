import { hash } from 'node:crypto';
import type { Server } from 'node:http';
import type { Action } from './actions/action.ts';
import { allActions } from './actions/actions.ts';
import type { Config } from './config/config.ts';
import type { LatestCounts } from './delivery/counts/latestcounts.ts';
import { Courier } from './delivery/courier.ts';
import { Deliverer } from './delivery/deliverer.ts';
import { deliverTaken, loggedAttempts } from './delivery/delivertaken.ts';
import { OutboxCourier } from './delivery/events/outboxcourier.ts';
import { type ReadOutbox, readItem } from './delivery/events/readitem.ts';
import { notifyOutcome } from './delivery/events/notifyoutcome.ts';
import { GoneTenants } from './delivery/limits/gonetenants.ts';
import { rehearsal } from './delivery/rehearsal/rehearsal.ts';
import type { WebhookStorage } from './delivery/refusedwebhooks.ts';
import type { ParkedRoom } from './delivery/limits/parkedroom.ts';
import { Suspensions } from './delivery/limits/suspensions.ts';
import { createApp } from './http/app.ts';
import type { InFlight } from './http/inflight.ts';
import { Limit, type Places } from './http/middleware/limits.ts';
import { type RehearsePasted, rehearsePasted } from './http/rehearsepasted.ts';
import { createWebhookServer } from './http/server.ts';
import { KlaviyoClient } from './klaviyo/klaviyoclient.ts';
import type { Ledger } from './ledger/ledger.ts';
import { ledgerTurns } from './ledgerturns.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import { type UpstreamOptions, createUpstream } from './omneo/omneo.ts';
import type { Paces } from './omneo/pace/paces.ts';
import type { Proofs } from './omneo/resources/provenshapes.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import type { Traces } from './telemetry/tracing/traces.ts';
import type { Registry } from './tenants/registry.ts';
import type { Tenant } from './tenants/tenant.ts';

export type WebhookParts = Readonly<{
  config: Config;
  registry: Registry;
  ledger: Ledger;
  telemetry: Telemetry;
  /** Undefined: nothing is traced. */
  traces?: Traces | undefined;
  clock: Clock;
  random: () => number;
  log: Log;
  /** Sends requests to any Omneo. */
  send: UpstreamOptions['send'];
  inFlight: InFlight;
  /** Undefined: no webhook is stored. */
  storage: WebhookStorage | undefined;
  paces: Paces;
  parkedRoom: ParkedRoom;
  /** What waits and what is parked, as it was counted last. */
  counts: LatestCounts;
  /** Called when Omneo begins, or ceases, to refuse the credentials of a tenant, with the fields that it rejects. */
  onCredentials: (tenant: Tenant, refused: boolean, fields: readonly string[]) => void;
}>;

/** What webhooks come in by, and what delivers them. */
export type Webhooks = Readonly<{
  server: Server;
  /** Delivers those that are stored; undefined: none is. */
  courier: Courier | undefined;
  /** Notifies Klaviyo of how those ended; undefined: none is stored. */
  outboxCourier: OutboxCourier | undefined;
  actions: readonly Action[];
  upstream: Upstream;
  rehearse: RehearsePasted;
}>;

/** The server of the public port, with everything that a webhook passes through. */
export function webhooksOf(parts: WebhookParts): Webhooks {
  const { config, telemetry, storage } = parts;
  const actions = allActions();
  const onCredentials: WebhookParts['onCredentials'] = (tenant, refused, fields) => {
    parts.onCredentials(tenant, refused, fields);
    if (!refused) courier?.tenantMended(tenant.slug);
  };
  const upstream = upstreamOf({ ...parts, onCredentials });
  const deliverer = delivererOf(parts, upstream);
  const { acceptedStatus, answerDeadlineMs } = config;
  const places = placesOf(config);
  const rehearse = rehearsal({ ...parts, upstream, waitMs: waitMsOf(config) });
  const app = createApp({ ...parts, places, answerDeadlineMs, actions, deliverer, rehearse, acceptedStatus });
  const listener = app.callback();
  const courier = storage && courierOf(parts, { storage, actions, deliverer, upstream });
  const outboxCourier = storage && outboxCourierOf(parts, { storage, actions });
  const server = createWebhookServer(
    {
      listener: (request, response) => void listener(request, response),
      maxConnections: config.maxConnections,
      telemetry,
    },
    { keepAliveTimeout: config.keepAliveMs },
  );
  const pasted = rehearsePasted({ ...parts, rehearse, places, answerDeadlineMs });
  return { server, courier, outboxCourier, actions, upstream, rehearse: pasted };
}

/** How many webhooks may be under way. */
function placesOf({ maxConcurrent, maxConcurrentPerTenant }: Config): Places {
  return { process: new Limit(maxConcurrent), tenants: new Limit(maxConcurrentPerTenant) };
}

/** Gives each tenant its Omneo. */
type Upstream = ReturnType<typeof createUpstream>;

type CourierCollaborators = Readonly<{
  storage: WebhookStorage;
  actions: readonly Action[];
  deliverer: Deliverer;
  upstream: Upstream;
}>;

function courierOf(
  { config, ledger, registry, telemetry, traces, clock, random, log }: WebhookParts,
  parts: CourierCollaborators,
): Courier {
  const observed = telemetry.deliveryAttempted.bind(telemetry);
  const onEnded = traces?.attemptEnded(observed) ?? observed;
  // Within the trace of each attempt, so that the line of a bug is too.
  const attempted = loggedAttempts(deliverTaken({ ...parts, clock, random, onEnded }), log);
  const { deliveries } = parts.storage;
  const suspensions = new Suspensions({ ledger, clock });
  const parkedMs = parkedMsOf(config);
  return new Courier({
    deliveries,
    suspensions,
    goneTenants: new GoneTenants({ deliveries, registry, suspensions, clock, log, parkedMs }),
    omneoOf: parts.upstream,
    registry,
    deliverTaken: traces?.attempts(attempted) ?? attempted,
    clock,
    log,
    onRound: telemetry.courierRound.bind(telemetry),
  });
}

function outboxCourierOf(
  parts: WebhookParts,
  { storage, actions }: Pick<CourierCollaborators, 'storage' | 'actions'>,
): OutboxCourier {
  const { outbox } = storage.deliveries;
  const klaviyo = new KlaviyoClient({ ...parts, origin: parts.config.klaviyoApiUrl });
  const read: ReadOutbox = (item, tenant) => readItem({ ...storage, actions }, item, tenant);
  const onNotified = parts.telemetry.klaviyoNotified.bind(parts.telemetry);
  return new OutboxCourier({
    ...parts,
    outbox,
    notify: notifyOutcome({ ...parts, outbox, klaviyo, read, onNotified }),
  });
}

function delivererOf(parts: WebhookParts, upstream: Upstream): Deliverer {
  const { config, ledger, clock, log, inFlight, registry } = parts;
  return new Deliverer({
    ledger,
    upstream,
    clock,
    log,
    waitMs: waitMsOf(config),
    createMs: config.upstreamTimeoutMs,
    random: parts.random,
    repeatMs: config.repeatWindowMs,
    retentionMs: config.ledgerRetentionHours * 3_600_000,
    parkedMs: parkedMsOf(config),
    parkedRoom: parts.parkedRoom,
    counts: parts.counts,
    onIssued: parts.telemetry.issued,
    // Twice as long as anything is worked on.
    retry: { everyMs: 1000, forMs: 2 * config.leaseMs },
    inFlight,
    registry,
  });
}

/** How long a webhook waits for others, in milliseconds, so that its attempt has time left before its answer. */
function waitMsOf({ answerDeadlineMs }: Config): number {
  return answerDeadlineMs * 0.8;
}

/** How long what is parked is kept, in milliseconds. */
export function parkedMsOf({ parkedRetentionDays }: Pick<Config, 'parkedRetentionDays'>): number {
  return parkedRetentionDays * 24 * 3_600_000;
}

function upstreamOf(parts: WebhookParts): Upstream {
  const { config, ledger, telemetry, clock, random, send, paces, onCredentials } = parts;
  return createUpstream({
    send,
    clock,
    random,
    timeoutMs: config.upstreamTimeoutMs,
    credentialsRetryMs: config.credentialsRetryMs,
    proofsOf: (baseURL, kind) => proofsIn(ledger, baseURL, kind),
    turnsOf: (tenant) => ledgerTurns(ledger, tenant),
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

/** What an Omneo has shown to find of a kind, as the ledger keeps it: under a digest, since a name must not be long. */
function proofsIn(ledger: Ledger, baseURL: string, kind: string): Proofs {
  // What was recorded before there were other kinds is of rewards.
  const place = kind === 'rewards' ? baseURL : `${baseURL}\n${kind}`;
  const nameOf = (shape: string): string => `found/${hash('sha256', `${place}\n${shape}`, 'base64url')}`;
  return {
    note: (shape, length, keepMs) => ledger.recordMax(nameOf(shape), length, keepMs),
    noted: (shape) => ledger.readMax(nameOf(shape)),
  };
}
