import type { Clock } from '../clock.ts';
import { errorNames, type Log } from '../log.ts';
import { ApiError } from './apierror.ts';
import { Backoff, between } from './backoff.ts';
import type { Client } from './client.ts';
import type { Contact } from './contact.ts';
import { pause } from './deadline.ts';
import { type Handler, Known } from './known.ts';
import { pages } from './list.ts';
import type { Resource } from './resources.ts';
import { mayResume, Restart, restartReason } from './restart.ts';
import { watch, type WatchEvent } from './watch.ts';

type Options = Readonly<{
  client: Client;
  resource: Resource;
  handler: Handler;
  contact: Contact;
  clock: Clock;
  random: () => number;
  log: Log;
}>;

/** From start to stop. Two never touch each other: each has its own signal, and state of its own. */
type Run = {
  readonly abort: AbortController;
  readonly backoff: Backoff;
  /** Where the watch goes on; absent: list first. */
  resourceVersion: string | undefined;
  relistAt: number;
  pageSize: number | undefined;
  openedAt: number | undefined;
};

const pageSize = 500;
/** A watch that lasted this long shows that the trouble before it is over. */
const stableMs = 10_000;
/** An object that its handler cannot take is brought again, but not for ever at full speed. */
const handlerRetryMs = 60_000;
const maxRetryAfterMs = 120_000;
const minute = 60_000;

/**
 * Keeps a handler in step with a collection: lists it, watches it, and after every fault goes on watching or lists
 * again and tells the difference. It never gives up and never forgets what it told: while the API is away, the last
 * state stands.
 */
export class Reflector {
  readonly #options: Options;
  readonly #known: Known;
  #run: Run | undefined;
  #done: Promise<void> = Promise.resolve();
  readonly #synced = Promise.withResolvers<undefined>();
  #hasSynced = false;

  constructor(options: Options) {
    this.#options = options;
    this.#known = new Known(options.resource.name, options.handler, options.log);
  }

  /** Whether everything was listed once; stays true. */
  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  /** Resolves when everything was listed once. */
  get synced(): Promise<undefined> {
    return this.#synced.promise;
  }

  /** When the API was last heard of, in milliseconds since the epoch; 0: never. */
  get lastContact(): number {
    return this.#options.contact.last;
  }

  /** Whether the object exists, as far as is known. */
  has(key: string): boolean {
    return this.#known.has(key);
  }

  start(): void {
    if (this.#run) return;
    const { random } = this.#options;
    const run: Run = {
      abort: new AbortController(),
      backoff: new Backoff({ baseMs: 250, capMs: 10_000, random }),
      resourceVersion: undefined,
      relistAt: 0,
      pageSize,
      openedAt: undefined,
    };
    this.#run = run;
    this.#done = this.#loop(run);
  }

  /** Ends list and watch; what was told stays true for whoever was told. */
  async stop(): Promise<void> {
    this.#run?.abort.abort();
    this.#run = undefined;
    await this.#done;
  }

  async #loop(run: Run): Promise<void> {
    const { signal } = run.abort;
    while (!signal.aborted) {
      const waitMs = await this.#listAndWatch(run).then(
        () => this.#ended(run),
        (error: unknown) => (signal.aborted ? 0 : this.#failed(run, error)),
      );
      await pause(this.#options.clock, waitMs, signal);
    }
  }

  async #listAndWatch(run: Run): Promise<void> {
    run.openedAt = undefined;
    const { resourceVersion } = run;
    const isUsable = resourceVersion !== undefined && !this.#isDue(run);
    await this.#watch(run, isUsable ? resourceVersion : await this.#list(run));
  }

  async #list(run: Run): Promise<string> {
    const { client, resource, contact, clock, random } = this.#options;
    const { signal } = run.abort;
    const seen = new Set<string>();
    run.resourceVersion = undefined;
    let [version, isWhole] = ['', true];
    for await (const page of pages({ client, resource, limit: run.pageSize, signal })) {
      signal.throwIfAborted();
      contact.heard();
      for (const object of page.objects) {
        seen.add(object.key);
        isWhole = this.#known.put(object) && isWhole;
      }
      version = page.resourceVersion;
    }
    signal.throwIfAborted();
    isWhole = this.#known.keepOnly(seen) && isWhole;
    run.resourceVersion = version;
    run.pageSize = pageSize;
    run.relistAt = clock.monotonic() + (isWhole ? between(10 * minute, 15 * minute, random) : handlerRetryMs);
    this.#complete();
    return version;
  }

  async #watch(run: Run, resourceVersion: string): Promise<void> {
    const { client, resource, contact, clock, random } = this.#options;
    const { signal } = run.abort;
    const untilRelist = Math.max(run.relistAt - clock.monotonic(), 1000);
    const lifetimeMs = Math.min(between(240_000, 300_000, random), untilRelist);
    const silenceMs = between(90_000, 120_000, random);
    const heard = (): void => {
      run.openedAt ??= clock.monotonic();
      if (!signal.aborted) contact.heard();
    };
    const options = {
      client,
      resource,
      resourceVersion,
      lifetimeMs,
      silenceMs,
      clock,
      signal,
      contact: heard,
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
    return event.type === 'put' ? this.#known.put(event.object) : this.#known.remove(event.object.key);
  }

  /** The watch ended as it should: goes on at once, unless that happens all the time. */
  #ended(run: Run): number {
    if (this.#wasStable(run)) run.backoff.reset();
    if (this.#wasStable(run) || this.#isDue(run)) return 0;
    return run.abort.signal.aborted ? 0 : this.#failed(run, new Restart('closed'));
  }

  #failed(run: Run, error: unknown): number {
    const reason = restartReason(error);
    const wasOpen = run.openedAt !== undefined;
    if (this.#wasStable(run)) run.backoff.reset();
    // The token of a page has expired: the collection is too large to be read in pages before etcd compacts it.
    if (reason === 'expired' && run.resourceVersion === undefined) run.pageSize = undefined;
    if (!mayResume(reason, wasOpen)) run.resourceVersion = undefined;
    const askedMs = error instanceof ApiError ? (error.retryAfter ?? 0) * 1000 : 0;
    const waitMs = run.backoff.next(Math.min(askedMs, maxRetryAfterMs));
    this.#options.contact.restarted(reason, run.backoff.failures, errorNames(error));
    return waitMs;
  }

  #isDue({ relistAt }: Run): boolean {
    return this.#options.clock.monotonic() >= relistAt;
  }

  #wasStable({ openedAt }: Run): boolean {
    return openedAt !== undefined && this.#options.clock.monotonic() - openedAt >= stableMs;
  }

  #complete(): void {
    if (this.#hasSynced) return;
    this.#hasSynced = true;
    this.#options.contact.completed();
    this.#synced.resolve(undefined);
  }
}

/** Versions of one collection can be compared if they are numbers, which they are unless the API is not Kubernetes'. */
function isOlder(version: string, than: string | undefined): boolean {
  return than !== undefined && /^\d+$/.test(version) && /^\d+$/.test(than) && BigInt(version) < BigInt(than);
}
