import type { Server } from 'node:http';
import { createAdminServer } from './admin.ts';
import type { Clock } from './clock.ts';
import { type Config, warningsOf } from './config.ts';
import { drain } from './drain.ts';
import { createApp } from './gateway/app.ts';
import { InFlight } from './gateway/inflight.ts';
import { Issuer } from './gateway/issue.ts';
import { Limit } from './gateway/limits.ts';
import type { Problem } from './gateway/problem.ts';
import { rewardsHandler } from './gateway/rewards.ts';
import { createWebhookServer } from './gateway/server.ts';
import { type Ending, newStory, tellFailure } from './gateway/story.ts';
import type { Ledger } from './ledger/ledger.ts';
import { listen } from './listen.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { createUpstream } from './omneo/omneo.ts';
import { createDispatcher } from './omneo/transport.ts';
import type { Registry } from './tenants/registry.ts';
import type { Tenant } from './tenants/tenant.ts';

/** Where tenants come from. */
export type Source = {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Whether everything that was there at the start has been loaded. */
  isReady(): boolean;
  /** Told when Omneo begins, or ceases, to refuse the credentials of the tenant with this key. */
  credentials?(key: string, refused: boolean, tenant: Tenant): void;
};

type Parts = Readonly<{
  config: Config;
  registry: Registry;
  source: Source;
  ledger: Ledger;
  metrics: Metrics;
  clock: Clock;
  random: () => number;
  log: Log;
}>;

/** The gateway as one thing that starts and stops. */
export class Service {
  readonly #parts: Parts;
  readonly #inFlight = new InFlight();
  readonly #dispatcher;
  readonly #webhooks: Server;
  readonly #admin: Server;
  #ready = false;
  #draining = false;
  /** Of dropped connections. */
  #quietUntil = -Infinity;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { config, source, metrics, log } = parts;
    this.#dispatcher = createDispatcher(config.upstreamTimeoutMs);
    const listener = this.#app().callback();
    this.#webhooks = createWebhookServer({
      listener: (request, response) => void listener(request, response),
      maxConnections: config.maxConnections,
      refused: (problem, requestId) => {
        this.#refused(problem, requestId);
      },
      dropped: () => {
        this.#dropped();
      },
    });
    this.#admin = createAdminServer({
      metrics,
      log,
      isReady: () => {
        // Latched: what is served goes on being right when the source is out of reach.
        this.#ready ||= source.isReady();
        return this.#ready && !this.#draining;
      },
    });
  }

  /** Opens both ports, then loads the tenants; until they are known, webhooks are answered 503. */
  async start(): Promise<Readonly<{ port: number; adminPort: number }>> {
    const { config, source, log } = this.#parts;
    for (const warning of warningsOf(config)) log.warn({}, warning);
    const adminPort = await listen(this.#admin, config.adminPort, 'ADMIN_PORT');
    const port = await listen(this.#webhooks, config.port, 'PORT');
    await source.start();
    log.info({ port, admin_port: adminPort }, 'listening');
    return { port, adminPort };
  }

  /**
   * Drains: no longer ready, new webhooks are answered 503, those under way end, the ledger is settled. After
   * `DRAIN_MS` what is left is cut.
   *
   * @returns whether every webhook ended in time.
   */
  async stop(): Promise<boolean> {
    const { config, ledger, clock, log } = this.#parts;
    const deadline = clock.monotonic() + config.drainMs;
    this.#draining = true;
    log.info({ under_way: this.#inFlight.size }, 'draining');
    const inTime = await drain({
      webhooks: this.#webhooks,
      inFlight: this.#inFlight,
      clock,
      drainMs: config.drainMs,
    });
    this.#admin.close();
    this.#admin.closeAllConnections();
    await this.#stopSource(deadline);
    await ledger.close();
    await this.#dispatcher.destroy();
    log.info({ in_time: inTime }, 'stopped');
    return inTime;
  }

  /** A folder on a network volume may hang for ever. A second is left in any case, in which a Lease is let go. */
  async #stopSource(deadline: number): Promise<void> {
    const { source, clock, log } = this.#parts;
    const late = clock.sleep(Math.max(1000, deadline - clock.monotonic()));
    const inTime = await Promise.race([source.stop().then(() => true), late.then(() => false)]);
    if (!inTime) log.warn({}, 'the source of tenants did not stop in time');
  }

  #app() {
    const { clock, log } = this.#parts;
    const isDraining = (): boolean => this.#draining;
    return createApp({
      rewards: this.#rewards(isDraining),
      isDraining,
      monotonic: clock.monotonic,
      log,
      ended: (ending) => {
        this.#ended(ending);
      },
    });
  }

  /** Says once a minute that connections are dropped: under a flood a line for each would be another flood. */
  #dropped(): void {
    const { config, clock, log } = this.#parts;
    if (clock.monotonic() < this.#quietUntil) return;
    this.#quietUntil = clock.monotonic() + 60_000;
    log.warn({ max_connections: config.maxConnections }, 'connections are closed as they come');
  }

  #refused(problem: Problem, requestId: string): void {
    const story = newStory();
    tellFailure(story, problem);
    this.#ended({ story, status: problem.status, requestId, seconds: null, callerGone: null });
  }

  #ended(ending: Ending): void {
    const { metrics, log } = this.#parts;
    const { story, status, requestId, seconds, callerGone } = ending;
    metrics.webhookEnded(ending);
    const fields = {
      request_id: requestId,
      tenant: story.tenant,
      code: status,
      outcome: story.outcome,
      problem: story.problem,
      claim: story.claim,
      reward_id: story.rewardId,
      matched_by: story.matchedBy,
      duration_ms: seconds === null ? null : Math.round(seconds * 1000),
      caller_gone: callerGone,
      error: story.error,
    };
    log[status >= 500 ? 'error' : status >= 400 ? 'warn' : 'info'](fields, 'webhook');
  }

  #rewards(isDraining: () => boolean) {
    const { config, registry, metrics, clock, log } = this.#parts;
    return rewardsHandler({
      registry,
      issuer: this.#issuer(isDraining),
      clock,
      log,
      inFlight: this.#inFlight,
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
    });
  }

  #issuer(isDraining: () => boolean): Issuer {
    const { config, ledger, clock, log } = this.#parts;
    return new Issuer({
      ledger,
      upstream: this.#upstream(),
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

  #upstream() {
    const { config, source, metrics, clock, random, log } = this.#parts;
    return createUpstream({
      dispatcher: this.#dispatcher,
      clock,
      random,
      timeoutMs: config.upstreamTimeoutMs,
      credentialsRetryMs: config.credentialsRetryMs,
      observe: {
        call: (tenant, call) => {
          metrics.call(tenant.slug, call);
        },
        tokenFetched: (_, result) => {
          metrics.tokenFetched(result);
        },
        refused: (tenant, refused) => {
          log.warn(
            { tenant: tenant.slug },
            refused ? 'Omneo refuses the credentials' : 'Omneo accepts the credentials again',
          );
          metrics.credentials(tenant, refused);
          source.credentials?.(tenant.key, refused, tenant);
        },
      },
    });
  }
}
