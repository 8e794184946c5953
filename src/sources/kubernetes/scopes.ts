import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { KubeClient } from './api/client.ts';
import { type Resource, secretsIn, tenantsIn } from './api/resources.ts';
import { pause } from './api/timeoutsignal.ts';
import { Contact, Outage } from './informer/contact.ts';
import { Reflector } from './informer/reflector.ts';
import type { SecretLoader } from './informer/secretloader.ts';
import type { SecretStore } from './informer/secretstore.ts';
import type { Handler } from './informer/versionstore.ts';
import type { Observe } from './observe.ts';
import type { TenantStore } from './tenantstore.ts';

type Options = Readonly<{
  /** Empty: the whole cluster. */
  watchNamespaces: readonly string[];
  secretLabelSelector?: string | undefined;
  client: KubeClient;
  tenants: Pick<TenantStore, 'handler'>;
  secrets: Pick<SecretStore, 'follow' | 'handler'>;
  loader: Pick<SecretLoader, 'loadByLists'>;
  clock: Clock;
  random: () => number;
  log: Log;
  observe: Pick<Observe, 'contact' | 'synced' | 'restarted'>;
  /** Ends what is under way. */
  signal: AbortSignal;
}>;

/** How long the tenants of namespaces that are listed wait for those that are not, in milliseconds. */
const timeoutMs = 30_000;

/** All that is watched: each of the namespaces by itself, or the whole cluster. */
export class Scopes {
  readonly #options: Options;
  readonly #scopes: readonly Scope[];
  #lists: readonly Promise<void>[] = [];

  constructor(options: Options) {
    this.#options = options;
    const { watchNamespaces, log } = options;
    const namespaces = watchNamespaces.length === 0 ? [''] : [...new Set(watchNamespaces)];
    const outage = new Outage(log);
    this.#scopes = namespaces.map((namespace) => new Scope(namespace, { ...options, outage }));
  }

  get isWhole(): boolean {
    return this.unlisted.length === 0;
  }

  /** Names of the namespaces that were never listed as a whole. */
  get unlisted(): readonly string[] {
    return this.#scopes.filter(({ isListed }) => !isListed).map(({ namespace }) => namespace);
  }

  isListed(namespace: string): boolean {
    return this.#scopes.some((scope) => scope.covers(namespace) && scope.isListed);
  }

  /** Begins to follow all; `listed` is called after each list that ends. */
  start(listed: () => void): void {
    this.#lists = this.#scopes.map((scope) => scope.list().then(listed));
  }

  /**
   * Resolves when everything is listed, or after a while when something is: one namespace that is gone, or that may not be
   * read, must not keep the tenants of all others waiting.
   */
  async enough(): Promise<void> {
    const { clock, signal } = this.#options;
    const all = Promise.all(this.#lists);
    const early = new AbortController();
    void all.then(() => {
      early.abort();
    });
    await pause(clock, timeoutMs, AbortSignal.any([signal, early.signal]));
    await Promise.race(this.#lists);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#scopes.map((scope) => scope.stop()));
  }
}

type Shared = Options & Readonly<{ outage: Outage }>;

/** One of the namespaces that are watched, or the whole cluster: OmneoTenants and the Secrets beside them. */
class Scope {
  readonly namespace: string;
  readonly #tenants: Reflector;
  readonly #secrets: Reflector;
  readonly #loader: Shared['loader'];
  #isListed = false;

  constructor(namespace: string, shared: Shared) {
    const { tenants, secrets, secretLabelSelector, loader } = shared;
    this.namespace = namespace;
    this.#tenants = reflect(tenantsIn(namespace), tenants.handler, shared);
    this.#secrets = reflect(secretsIn(namespace, secretLabelSelector), secrets.handler, shared);
    this.#loader = loader;
    secrets.follow(this.#secrets);
  }

  /** Whether all of it was listed once; stays true. */
  get isListed(): boolean {
    return this.#isListed;
  }

  covers(namespace: string): boolean {
    return this.namespace === '' || this.namespace === namespace;
  }

  /**
   * Begins to follow it, and resolves when all of it was listed once. Secrets are listed when it is known which tenant
   * refers to them, so that the others pass by. If it is stopped before that, it stays where it is.
   */
  async list(): Promise<void> {
    this.#tenants.start();
    await this.#tenants.synced;
    this.#secrets.start();
    await this.#secrets.synced;
    await this.#loader.loadByLists(this.#secrets);
    this.#isListed = true;
  }

  async stop(): Promise<void> {
    await Promise.all([this.#tenants.stop(), this.#secrets.stop()]);
  }
}

function reflect(resource: Resource, handler: Handler, shared: Shared): Reflector {
  return new Reflector({ ...shared, resource, handler, contact: new Contact(shared, resource) });
}
