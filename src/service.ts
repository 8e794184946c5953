import type { Server } from 'node:http';
import { createAdminServer } from './admin/server.ts';
import type { WebhookStorage } from './delivery/refusedwebhooks.ts';
import type { Clock } from './lib/clock.ts';
import { type Config, warningsOf } from './config/config.ts';
import type { ConsoleAccess } from './console/access/consoleaccess.ts';
import type { ApiParts } from './console/api/apiparts.ts';
import { ConsolePort } from './console/consoleport.ts';
import { LatestCounts } from './delivery/counts/latestcounts.ts';
import { ParkedRoom } from './delivery/limits/parkedroom.ts';
import { drain } from './http/drain.ts';
import { InFlight } from './http/inflight.ts';
import type { Ledger } from './ledger/ledger.ts';
import { LedgerCheck } from './ledger/ledgercheck.ts';
import { meteredLedger } from './ledger/metered.ts';
import { type Polls, pollsOf } from './polls.ts';
import type { Keyring } from './ledger/seal/keyring.ts';
import { listen } from './lib/startup.ts';
import type { Log } from './lib/log.ts';
import type { Metrics } from './telemetry/metrics.ts';
import { Telemetry } from './telemetry/telemetry.ts';
import type { Traces } from './telemetry/tracing/traces.ts';
import { createDispatcher, senderOf } from './omneo/client/transport.ts';
import { Paces } from './omneo/pace/paces.ts';
import type { Source } from './sources/source.ts';
import { type SuspendFile, suspendFileOf } from './sources/suspendfile.ts';
import type { Registry } from './tenants/registry.ts';
import { logServing } from './tenants/servinglog.ts';
import { type Webhooks, parkedMsOf, webhooksOf } from './webhooks.ts';

type ServiceParts = Readonly<{
  config: Config;
  registry: Registry;
  source: Source;
  ledger: Ledger;
  /** What seals webhooks that the ledger stores; undefined: none is stored. */
  keyring?: Keyring | undefined;
  /** Who may use the console; undefined: nobody could sign in. */
  access?: ConsoleAccess | undefined;
  /** Where the console's page lies, if it was built; undefined: there is none. */
  pageFolder?: string | undefined;
  metrics: Metrics;
  /** What follows webhooks; undefined: nothing does. */
  traces?: Traces | undefined;
  clock: Clock;
  random: () => number;
  log: Log;
}>;

type Ports = Readonly<{ port: number; adminPort: number; consolePort: number | undefined }>;

/** The gateway as one thing that starts and stops. */
export class Service {
  readonly #parts: ServiceParts;
  readonly #inFlight = new InFlight();
  readonly #dispatcher;
  readonly #webhooks: Webhooks;
  readonly #admin: Server;
  readonly #console: ConsolePort;
  readonly #ledgerCheck: LedgerCheck;
  readonly #counts = new LatestCounts();
  readonly #polls: Polls;
  readonly #suspendFile: SuspendFile | undefined;
  #opening: Promise<unknown> = Promise.resolve();
  #ready = false;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
    const { config, registry, source, metrics, traces, clock, log } = parts;
    const metered = meteredLedger({ ...parts, observe: metrics.ledgerRequested });
    const ledger = traces?.ledger(metered) ?? metered;
    logServing(registry, log);
    const paces = new Paces(clock, config.upstreamLimitWindowMs);
    registry.onRemoved((slug) => {
      paces.remove(slug);
    });
    metrics.showPaces((tenant) => paces.read(tenant));
    this.#dispatcher = createDispatcher(config.upstreamTimeoutMs);
    const send = senderOf(this.#dispatcher, clock);
    // Only of what webhooks pass: a line that belongs to none names none.
    const webhookLog = traces?.log(log) ?? log;
    const parkedRoom = new ParkedRoom({
      most: config.maxParkedPerTenant,
      log: webhookLog,
      onRefused: (slug, kind) => {
        if (kind === 'parked') metrics.notParked(slug);
        else metrics.klaviyoNotified(slug, 'not_kept');
      },
    });
    const storage = storageOf({ config, ledger, keyring: parts.keyring, parkedRoom });
    this.#webhooks = webhooksOf({
      ...parts,
      ledger,
      parkedRoom,
      counts: this.#counts,
      storage,
      send: traces?.sender(send) ?? send,
      inFlight: this.#inFlight,
      paces,
      log: webhookLog,
      telemetry: new Telemetry({ metrics, clock, log: webhookLog, maxConnections: config.maxConnections }),
      onCredentials: (tenant, refused, fields) => {
        source.credentials?.(tenant.key, refused, tenant, fields);
      },
    });
    this.#ledgerCheck = new LedgerCheck({ ...parts, ledger });
    this.#polls = pollsOf({ ...parts, metered: ledger, parkedRoom, counts: this.#counts });
    const resumed = (slug: string) => this.#webhooks.courier?.tenantMended(slug);
    const followers = { ...parts, show: metrics.suspension, resumed };
    this.#suspendFile = suspendFileOf(config.suspendAllFile, followers);
    this.#admin = createAdminServer({
      metrics,
      log,
      isReady: () => this.#isReady(),
      checkLedger: () => this.#ledgerCheck.now(),
    });
    const api = storage && apiOf({ ...parts, ...this.#webhooks, ledger, storage, counts: this.#counts });
    this.#console = new ConsolePort({
      ...parts,
      port: config.consolePort,
      access: parts.access,
      api,
    });
  }

  /**
   * Opens the ports, then loads the tenants; until they are known, webhooks are answered 503. Once it is stopped it
   * begins nothing more.
   */
  async start(): Promise<Ports> {
    const { config, source, log } = this.#parts;
    for (const warning of warningsOf(config)) log.warn({}, warning);
    await this.#suspendFile?.start();
    const opening = this.#open();
    this.#opening = opening;
    const ports = await opening;
    if (!this.#inFlight.isDraining) {
      void this.#ledgerCheck.run();
      this.#polls.start();
      this.#webhooks.courier?.start();
      this.#webhooks.outboxCourier?.start();
      await source.start();
    }
    if (!this.#inFlight.isDraining) log.info(portFields(ports), 'listening');
    return ports;
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
    this.#inFlight.beginDrain();
    this.#suspendFile?.stop();
    this.#ledgerCheck.stop();
    this.#polls.stop();
    log.info({ under_way: this.#inFlight.size }, 'draining');
    // A port that opens now is to be closed too; one that cannot be opened fails the start.
    await Promise.allSettled([this.#opening]);
    // It is under way until its deliveries are; the next process takes the others.
    for (const courier of [this.#webhooks.courier, this.#webhooks.outboxCourier])
      if (courier !== undefined) this.#inFlight.track(courier.stop());
    const consoleClosed = this.#console.close();
    const inTime = await drain({
      webhooks: this.#webhooks.server,
      inFlight: this.#inFlight,
      clock,
      drainMs: config.drainMs,
    });
    await consoleClosed;
    this.#admin.close();
    this.#admin.closeAllConnections();
    await this.#stopSource(deadline);
    await ledger.close();
    await this.#dispatcher.destroy();
    await this.#parts.traces?.stop();
    log.info({ in_time: inTime }, 'stopped');
    return inTime;
  }

  async #open(): Promise<Ports> {
    const { config } = this.#parts;
    const adminPort = await listen(this.#admin, config.adminPort, 'ADMIN_PORT');
    const consolePort = await this.#console.open();
    const port = await listen(this.#webhooks.server, config.port, 'PORT');
    return { port, adminPort, consolePort };
  }

  /** Latched: what is served goes on being right when the source or the ledger is out of reach. */
  #isReady(): boolean {
    this.#ready ||= this.#parts.source.isReady() && this.#ledgerCheck.hasPassed;
    return this.#ready && !this.#inFlight.isDraining;
  }

  /** A folder on a network volume may hang for ever. A second is left in any case, in which a Lease is let go. */
  async #stopSource(deadline: number): Promise<void> {
    const { source, clock, log } = this.#parts;
    const late = clock.sleep(Math.max(1000, deadline - clock.monotonic()));
    const inTime = await Promise.race([source.stop().then(() => true), late.then(() => false)]);
    if (!inTime) log.warn({}, 'the source of tenants did not stop in time');
  }
}

function portFields({ port, adminPort, consolePort }: Ports): object {
  return { port, admin_port: adminPort, ...(consolePort !== undefined && { console_port: consolePort }) };
}

type StorageParts = Readonly<{
  config: Config;
  ledger: Ledger;
  keyring: Keyring | undefined;
  parkedRoom: ParkedRoom;
}>;

/** What stores webhooks; undefined, if the ledger keeps none or nothing seals them. */
function storageOf({
  config,
  ledger: { deliveries },
  keyring,
  parkedRoom,
}: StorageParts): WebhookStorage | undefined {
  if (deliveries === undefined || keyring === undefined) return undefined;
  return { deliveries, keyring, parkedMs: parkedMsOf(config), parkedRoom };
}

type ApiCollaborators = Pick<ServiceParts, 'config' | 'registry' | 'ledger' | 'metrics' | 'clock' | 'log'> &
  Pick<Webhooks, 'actions' | 'upstream' | 'rehearse'> &
  Readonly<{ storage: WebhookStorage; counts: LatestCounts }>;

/** What the console's API asks of the gateway. */
function apiOf({ config, storage, counts, metrics, upstream, ...others }: ApiCollaborators): ApiParts {
  return {
    ...others,
    admin: storage.deliveries.admin,
    keyring: storage.keyring,
    omneoOf: upstream,
    countsOf: (tenant) => counts.of(tenant),
    publicURL: config.publicURL,
    onChange: metrics.deliveriesChanged,
  };
}
