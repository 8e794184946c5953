import { Client } from './api/client.ts';
import { Contention } from './status/contention.ts';
import { Controller } from './controller.ts';
import { createScopes } from './createscopes.ts';
import { pause } from './api/deadline.ts';
import { Events } from './status/events.ts';
import type { Connection } from './api/kubeconfig.ts';
import { Leader } from './leader.ts';
import { Queue } from './queue.ts';
import { RecentFaults } from './recentfaults.ts';
import { RefusedTenants } from './status/refusedtenants.ts';
import type { Scopes } from './scopes.ts';
import { SecretFetch } from './informer/secretfetch.ts';
import { SecretStore } from './informer/secretstore.ts';
import { defaultLeaseName } from './api/rules.ts';
import type { KubeOptions } from './source.ts';
import { StatusWriter } from './status/status.ts';
import { rotation, transitions } from './status/transitions.ts';

type Options = KubeOptions &
  Readonly<{
    connection: Connection;
    /** Of this process alone. */
    replica: string;
    /** Name of the Pod. */
    instance: string;
    lease: Readonly<{ namespace: string; name: string }>;
  }>;

const workers = 8;
/** As many as fetch at once. */
const fetchers = 32;
/** How long a start waits for Secrets that cannot be fetched, in milliseconds. */
const fetchPatienceMs = 30_000;

/** All parts of the control plane, each with its collaborators, from start to stop. */
export class ControlPlane {
  readonly #options: Options;
  readonly #client: Client;
  readonly #recentFaults: RecentFaults;
  readonly #secrets: SecretStore;
  readonly #controller: Controller;
  readonly #refreshes: Queue;
  readonly #queue: Queue;
  readonly #statuses: Queue;
  readonly #refused: RefusedTenants;
  readonly #contention: Contention;
  readonly #leader: Leader;
  readonly #events: Events;
  readonly #scopes: Scopes;
  readonly #abort = new AbortController();
  #hasBegun = false;

  constructor(options: Options) {
    const { connection, clock, log, replica, instance } = options;
    this.#options = options;
    this.#client = new Client({ connection, clock });
    this.#recentFaults = new RecentFaults(clock);
    const [client, recentFaults] = [this.#client, this.#recentFaults];
    this.#refused = new RefusedTenants({ replica, clock, log, changed: this.#described });
    const fieldManager = fieldManagerOf(options.lease.name);
    this.#contention = new Contention({ ...options, fieldManager });
    this.#leader = this.#createLeader();
    this.#events = new Events({
      client,
      clock,
      log,
      recentFaults,
      instance,
      isLeader: () => this.#leader.isLeader(),
    });
    this.#secrets = this.#createSecretStore();
    this.#controller = this.#createController();
    const refresh = (secret: string): Promise<void> => this.#secrets.refresh(secret);
    this.#refreshes = new Queue({
      ...options,
      recentFaults,
      name: 'secrets',
      work: refresh,
      workers: fetchers,
    });
    this.#queue = this.#createQueue();
    this.#statuses = this.#createStatusQueue(fieldManager);
    this.#scopes = createScopes({
      ...options,
      client,
      tenants: this.#controller.handler,
      secrets: this.#secrets,
      signal: this.#abort.signal,
    });
  }

  start(): void {
    void this.#begin();
  }

  async stop(): Promise<void> {
    // What is under way is for nobody any more: a Pod has little time to stop in.
    this.#abort.abort();
    const queues = [this.#refreshes, this.#queue, this.#statuses];
    await Promise.all([this.#scopes, ...queues, this.#events].map((part) => part.stop()));
    await this.#leader.stop();
    await this.#client.close();
  }

  refused(key: string, refused: boolean, fields: readonly string[]): void {
    this.#refused.set(key, refused, fields);
  }

  /** Whether all that can be served at the start is served; stays true. */
  isReady(): boolean {
    return this.#controller.isReady;
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
    for (const queue of [this.#refreshes, this.#queue, this.#statuses]) queue.start();
    this.#controller.begin(this.#scopes.isWhole);
    this.#leader.start();
    this.#options.log.debug({}, 'control plane has begun');
    await pause(this.#options.clock, fetchPatienceMs, this.#abort.signal);
    this.#controller.losePatience();
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

  readonly #described = (key: string): void => {
    this.#statuses.add(key);
  };

  #createSecretStore(): SecretStore {
    return new SecretStore({
      fetch: new SecretFetch({ client: this.#client, signal: this.#abort.signal }),
      versionOf: (secret) => this.#scopes.versionOf(secret),
      changed: (secret) => {
        this.#refreshes.add(secret);
      },
      wake: (tenant, secret) => {
        this.#controller.secretChanged(tenant, secret);
      },
    });
  }

  #createController(): Controller {
    return new Controller({
      ...this.#options,
      check: this.#options.schema,
      secrets: this.#secrets,
      isListed: (namespace) => this.#scopes.isListed(namespace),
      enqueue: (key) => {
        this.#queue.add(key);
      },
      described: this.#described,
      replaced: (key) => {
        this.#refused.set(key, false);
        this.#contention.forget(key);
      },
      rotated: (tenant, secrets) => {
        this.#events.record(tenant, rotation(secrets));
      },
    });
  }

  #createQueue(): Queue {
    const { observe } = this.#options;
    const work = (key: string): Promise<void> => this.#controller.reconcile(key);
    return new Queue({
      ...this.#options,
      recentFaults: this.#recentFaults,
      name: 'reconcile',
      work,
      workers,
      depth: observe.queueDepth,
    });
  }

  #createStatusQueue(fieldManager: string): Queue {
    const writer = new StatusWriter({
      ...this.#options,
      client: this.#client,
      signal: this.#abort.signal,
      describe: (key) => this.#controller.describe(key),
      isRefused: (key) => this.#refused.has(key),
      complaints: (key) => this.#refused.complaints(key),
      isLeader: () => this.#leader.isLeader(),
      fieldManager,
      contention: this.#contention,
      later: (key, ms) => {
        this.#statuses.addLater(key, ms);
      },
      written: (object, basedOn) => {
        this.#controller.written(object, basedOn);
      },
      changed: (tenant, before, after) => {
        for (const occurrence of transitions(before, after)) this.#events.record(tenant, occurrence);
      },
    });
    return new Queue({
      ...this.#options,
      recentFaults: this.#recentFaults,
      name: 'status',
      work: (key) => writer.write(key),
      workers,
    });
  }

  #createLeader(): Leader {
    const { lease, instance, replica, leaderTimes, observe } = this.#options;
    const leader = new Leader({
      ...this.#options,
      ...lease,
      client: this.#client,
      identity: `${instance}_${replica}`,
      board: this.#refused,
      ...(leaderTimes && { times: leaderTimes }),
    });
    observe.leader(false);
    leader.onChange((leading) => {
      observe.leader(leading);
      this.#contention.clear();
      if (leading) this.#controller.keys().forEach(this.#described);
    });
    return leader;
  }
}

/** Installs that are kept apart by their Leases can be told apart in what they write; at most 128 characters. */
function fieldManagerOf(leaseName: string): string {
  return leaseName === defaultLeaseName ? defaultLeaseName : `omneo-gateway/${leaseName}`.slice(0, 128);
}
