import type { BudgetOfDay } from '../../tenants/budgetuse.ts';
import type { DeliveryCounts } from '../../tenants/tenant.ts';
import { KubeClient } from './api/client.ts';
import type { KubeConnection } from './api/connection.ts';
import { pause } from './api/timeoutsignal.ts';
import { Controller } from './controller.ts';
import { Leader } from './election/leader.ts';
import { Leadership } from './election/leadership.ts';
import { SecretLoader } from './informer/secretloader.ts';
import { SecretStore } from './informer/secretstore.ts';
import { InitialSync } from './initialsync.ts';
import { Queue } from './queue.ts';
import { RecentFaults } from './recentfaults.ts';
import { Scopes } from './scopes.ts';
import type { KubeOptions } from './kubesource.ts';
import { Contention, fieldManagerOf } from './status/contention.ts';
import { DeliveryReports } from './status/deliveryreports.ts';
import { LimitReports } from './status/limitreports.ts';
import { Events } from './status/events.ts';
import { RefusedTenants } from './status/refusedtenants.ts';
import { StatusWriter } from './status/status.ts';
import { TenantStore } from './tenantstore.ts';

type Options = KubeOptions &
  Readonly<{
    connection: KubeConnection;
    /** Of this process alone. */
    replica: string;
    /** Name of the Pod. */
    instance: string;
    lease: Readonly<{ namespace: string; name: string }>;
  }>;

/** What most of the parts get. */
type Shared = Options &
  Readonly<{
    client: KubeClient;
    recentFaults: RecentFaults;
    /** Ends what is under way. */
    signal: AbortSignal;
  }>;

/** The keys of Secrets to fetch, of OmneoTenants to reconcile, and of those whose status may have to change. */
type Queues = Readonly<Record<'refreshes' | 'queue' | 'statuses', Queue>>;

const workers = 8;
/** As many as fetch at once. */
const fetchers = 32;
/** How long a start waits for Secrets that cannot be fetched, in milliseconds. */
const fetchTimeoutMs = 30_000;

/** All parts of the control plane, each with its collaborators, from start to stop. */
export class ControlPlane {
  readonly #options: Options;
  readonly #client: KubeClient;
  readonly #queues: Queues;
  readonly #loader: SecretLoader;
  readonly #scopes: Scopes;
  readonly #initialSync: InitialSync;
  readonly #controller: Controller;
  readonly #writer: StatusWriter;
  readonly #refused: RefusedTenants;
  readonly #deliveries: DeliveryReports;
  readonly #limits: LimitReports;
  readonly #events: Events;
  readonly #leader: Leader;
  readonly #abort = new AbortController();
  #hasBegun = false;

  constructor(options: Options) {
    const { clock, observe, lease, instance, replica, leaderTimes } = options;
    const client = new KubeClient(options);
    const { signal } = this.#abort;
    const shared = { ...options, client, signal, recentFaults: new RecentFaults(clock) };
    const queues = createQueues(shared);
    const informers = createInformers(shared, queues, (tenant, secret) => {
      this.#controller.secretChanged(tenant, secret);
    });
    const leadership = new Leadership(options);
    const status = createStatusParts({ ...shared, ...queues, isLeader: leadership.isHeld });
    const parts = { ...shared, ...queues, ...informers, ...status };
    const { tenants, scopes } = informers;
    const { events, contention, refused, deliveries, limits } = status;

    this.#options = options;
    this.#client = client;
    this.#queues = queues;
    this.#loader = informers.loader;
    this.#scopes = scopes;
    this.#refused = refused;
    this.#deliveries = deliveries;
    this.#limits = limits;
    this.#events = events;
    this.#initialSync = new InitialSync(parts);
    const isListed = (namespace: string): boolean => scopes.isListed(namespace);
    this.#controller = new Controller({ ...parts, initialSync: this.#initialSync, isListed });
    this.#writer = new StatusWriter({
      ...parts,
      controller: this.#controller,
      changed: events.recordTransitions,
    });
    const times = leaderTimes && { times: leaderTimes };
    const identity = `${instance}_${replica}`;
    this.#leader = new Leader({ ...shared, ...lease, ...times, identity, leadership, shared: refused });
    observe.leader(false);
    leadership.onChange((leading) => {
      observe.leader(leading);
      contention.clear();
      deliveries.clear();
      if (leading) for (const { key } of tenants.all()) queues.statuses.add(key);
    });
  }

  start(): void {
    void this.#begin();
  }

  async stop(): Promise<void> {
    // What is under way is for nobody any more: a Pod has little time to stop in.
    this.#abort.abort();
    await Promise.all(
      [this.#scopes, ...Object.values(this.#queues), this.#events].map((part) => part.stop()),
    );
    await this.#leader.stop();
    await this.#client.close();
  }

  refused(key: string, refused: boolean, fields: readonly string[]): void {
    this.#refused.set(key, refused, fields);
  }

  counted(key: string, counts: DeliveryCounts): void {
    this.#deliveries.set(key, counts);
  }

  budgetsRead(budgets: readonly BudgetOfDay[]): void {
    this.#limits.set(budgets);
  }

  /** Whether all that can be served at the start is served; stays true. */
  isReady(): boolean {
    return this.#initialSync.isReady;
  }

  /**
   * Nothing is reconciled before everything is listed: what is absent from half a list is not absent. And only who knows
   * everything may lead. Where a namespace cannot be listed, that goes for what there is of the others after a while. If
   * it is stopped before, it stays where it is and does nothing more.
   */
  async #begin(): Promise<void> {
    this.#scopes.start(this.#listed);
    await this.#scopes.enough();
    if (this.#abort.signal.aborted) return;
    this.#hasBegun = true;
    if (!this.#scopes.isWhole) this.#warnOfUnlisted();
    const { refreshes, queue, statuses } = this.#queues;
    refreshes.start(this.#loader.refresh);
    queue.start(this.#controller.reconcile);
    statuses.start(this.#writer.write);
    this.#controller.begin(this.#scopes.isWhole);
    this.#leader.start();
    this.#options.log.debug({}, 'control plane has begun');
    await pause(this.#options.clock, fetchTimeoutMs, this.#abort.signal);
    this.#initialSync.timeOut();
  }

  /** What was late is listed too. */
  readonly #listed = (): void => {
    if (this.#hasBegun && !this.#abort.signal.aborted) this.#controller.begin(this.#scopes.isWhole);
  };

  #warnOfUnlisted(): void {
    this.#options.log.warn(
      { namespaces: this.#scopes.unlisted },
      'namespaces are not listed; the tenants of the others are served, and those that are not known get 503',
    );
  }
}

function createQueues(shared: Shared): Queues {
  return {
    refreshes: new Queue({ ...shared, name: 'secrets', workers: fetchers }),
    queue: new Queue({ ...shared, name: 'reconcile', workers, depth: shared.observe.queueDepth }),
    statuses: new Queue({ ...shared, name: 'status', workers }),
  };
}

function createInformers(
  shared: Shared,
  { refreshes, queue, statuses }: Queues,
  enqueue: (tenant: string, secret: string) => void,
) {
  const refresh = (secret: string): void => {
    refreshes.add(secret);
  };
  const secrets = new SecretStore({ refresh, enqueue });
  const loader = new SecretLoader({ ...shared, store: secrets });
  const tenants = new TenantStore({ check: shared.schema, secrets, queue, statuses });
  const scopes = new Scopes({ ...shared, tenants, secrets, loader });
  return { secrets, loader, tenants, scopes };
}

function createStatusParts(shared: Shared & Queues & Readonly<{ isLeader: () => boolean }>) {
  const fieldManager = fieldManagerOf(shared.lease.name);
  const changed = (key: string): void => {
    shared.statuses.add(key);
  };
  return {
    isLeader: shared.isLeader,
    fieldManager,
    refused: new RefusedTenants({ ...shared, changed }),
    deliveries: new DeliveryReports({ ...shared, changed }),
    limits: new LimitReports({ changed }),
    contention: new Contention({ ...shared, fieldManager }),
    events: new Events(shared),
  };
}
