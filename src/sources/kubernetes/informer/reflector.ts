import type { Clock } from '../../../lib/clock.ts';
import type { Log } from '../../../lib/log.ts';
import type { KubeClient } from '../api/client.ts';
import type { Contact } from './contact.ts';
import { pause } from '../api/timeoutsignal.ts';
import { type Handler, isOlder, VersionStore } from './versionstore.ts';
import { pages } from './list.ts';
import type { Resource } from '../api/resources.ts';
import { Restart } from './restart.ts';
import { Run } from './run.ts';
import { watch, type WatchEvent } from './watch.ts';

type Options = Readonly<{
  client: KubeClient;
  resource: Resource;
  handler: Handler;
  contact: Contact;
  clock: Clock;
  random: () => number;
  log: Log;
}>;

/**
 * Keeps a handler in step with a collection: lists it, watches it, and after every fault goes on watching or lists
 * again and notifies of the difference. It never gives up and never forgets the versions: while the API is away, the
 * last state stands.
 */
export class Reflector {
  readonly #options: Options;
  readonly #versions: VersionStore;
  #run: Run | undefined;
  #done: Promise<void> = Promise.resolve();
  readonly #synced = Promise.withResolvers<undefined>();
  #hasSynced = false;

  constructor(options: Options) {
    this.#options = options;
    this.#versions = new VersionStore(options.resource.name, options.handler, options.log);
  }

  /** Whether everything was listed once; stays true. */
  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  /** Resolves when everything was listed once. */
  get synced(): Promise<undefined> {
    return this.#synced.promise;
  }

  /** When the API last sent something, in milliseconds since the epoch; 0: never. */
  get lastContact(): number {
    return this.#options.contact.last;
  }

  get resource(): Resource {
    return this.#options.resource;
  }

  /** How many objects there are, as far as is known. */
  get size(): number {
    return this.#versions.size;
  }

  /** The version of the object, as far as is known; undefined if there is none. */
  versionOf(key: string): string | undefined {
    return this.#versions.versionOf(key);
  }

  start(): void {
    if (this.#run) return;
    const run = new Run(this.#options);
    this.#run = run;
    this.#done = this.#loop(run);
  }

  /** Ends list and watch; the handler keeps what it was notified of. */
  async stop(): Promise<void> {
    this.#run?.abort.abort();
    this.#run = undefined;
    await this.#done;
  }

  async #loop(run: Run): Promise<void> {
    const { signal } = run;
    while (!signal.aborted) {
      const waitMs = await this.#listAndWatch(run).then(
        () => run.ended(),
        (error: unknown) => (signal.aborted ? 0 : run.failed(error)),
      );
      await pause(this.#options.clock, waitMs, signal);
    }
  }

  async #listAndWatch(run: Run): Promise<void> {
    run.begin();
    const { resourceVersion } = run;
    const isUsable = resourceVersion !== undefined && !run.isDue;
    await this.#watch(run, isUsable ? resourceVersion : await this.#list(run));
  }

  async #list(run: Run): Promise<string> {
    const { client, resource, contact } = this.#options;
    const { signal } = run;
    const seen = new Set<string>();
    run.resourceVersion = undefined;
    let [version, isWhole] = ['', true];
    for await (const page of pages({ client, resource, limit: run.pageSize, signal })) {
      signal.throwIfAborted();
      contact.record();
      for (const object of page.objects) {
        seen.add(object.key);
        isWhole = this.#versions.put(object) && isWhole;
      }
      version = page.resourceVersion;
    }
    signal.throwIfAborted();
    isWhole = this.#versions.keepOnly(seen) && isWhole;
    run.listed(version, isWhole);
    this.#complete();
    return version;
  }

  async #watch(run: Run, resourceVersion: string): Promise<void> {
    const { client, resource, contact, clock } = this.#options;
    const { signal } = run;
    const options = {
      client,
      resource,
      resourceVersion,
      ...run.watchTimes(),
      clock,
      signal,
      opened: () => {
        run.opened();
      },
      received: () => {
        if (!signal.aborted) contact.record();
      },
    };
    for await (const event of watch(options)) {
      signal.throwIfAborted();
      // Versions only grow, unless the server lost its past and got another one.
      if (isOlder(event.resourceVersion, run.resourceVersion)) throw new Restart('expired');
      if (!this.#apply(event)) throw new Restart('handler');
      run.resourceVersion = event.resourceVersion;
    }
  }

  #apply(event: WatchEvent): boolean {
    if (event.type === 'bookmark') return true;
    return event.type === 'put' ? this.#versions.put(event.object) : this.#versions.remove(event.object.key);
  }

  #complete(): void {
    if (this.#hasSynced) return;
    this.#hasSynced = true;
    this.#options.contact.completed();
    this.#synced.resolve(undefined);
  }
}
