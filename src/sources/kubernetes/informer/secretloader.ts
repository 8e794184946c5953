import { errorNames, type Log } from '../../../lib/log.ts';
import { ApiError } from '../api/apierror.ts';
import type { KubeClient } from '../api/client.ts';
import { type KubeObject, objectOf } from '../api/object.ts';
import { type Resource, secretPath } from '../api/resources.ts';
import { pages } from './list.ts';
import type { SecretStore } from './secretstore.ts';

type Options = Readonly<{
  client: KubeClient;
  store: Pick<SecretStore, 'isCurrent' | 'missing' | 'missingCount' | 'offer'>;
  /** Ends what is under way. */
  signal: AbortSignal;
  log: Pick<Log, 'debug'>;
}>;

/** A start with thousands of tenants fetches as many Secrets: fast enough, and no flood for the API server. */
const atOnce = 32;
const pageSize = 500;
/** Fewer are fetched one by one. */
const fewest = 100;
/** To list an object costs the API server about a tenth of what it costs to get one. */
const othersForEach = 10;

/** Brings Secrets from the API into the store. A Secret goes by `<namespace>/<name>`. */
export class SecretLoader {
  readonly #options: Options;
  readonly #slots = new Slots(atOnce);
  readonly #loading = new Map<string, Promise<void>>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** Fetches what is missing of this tenant; throws ApiError. */
  async load(tenant: string): Promise<void> {
    await Promise.all(this.#options.store.missing(tenant).map((secret) => this.#load(secret)));
  }

  /** Fetches the Secret unless it is held as it is now, or nobody refers to it any more; throws ApiError. */
  readonly refresh = async (secret: string): Promise<void> => {
    if (!this.#options.store.isCurrent(secret)) await this.#load(secret);
  };

  /**
   * Loads the Secrets that are missing by lists of all `size` in the collection, if that is cheaper than to get each of
   * them: at a start with thousands of tenants by far. It is no more than a shortcut, which ends where a page is too
   * large or a list fails; what it did not bring is fetched one by one.
   */
  async loadByLists({ resource, size }: Readonly<{ resource: Resource; size: number }>): Promise<void> {
    const { client, store, signal, log } = this.#options;
    const missing = store.missingCount();
    if (missing < fewest || size > othersForEach * missing) return;
    try {
      const whole = { ...resource, metadataOnly: false };
      for await (const { objects } of pages({ client, resource: whole, limit: pageSize, signal }))
        for (const object of objects) store.offer(object);
    } catch (error) {
      log.debug({ error: errorNames(error) }, 'Secrets are fetched one by one');
    }
  }

  #load(secret: string): Promise<void> {
    const underWay = this.#loading.get(secret);
    if (underWay) return underWay;
    const loading = this.#fetch(secret).finally(() => this.#loading.delete(secret));
    this.#loading.set(secret, loading);
    return loading;
  }

  /**
   * What comes is at least as new as all that the watch had shown when it was asked for. What the watch shows meanwhile
   * asks for another refresh; only what it shows to be gone is not to come back.
   */
  async #fetch(secret: string): Promise<void> {
    const object = await this.#slots.run(() => this.#get(secret));
    // If there is none, the watch shows that it is gone.
    if (object !== undefined) this.#options.store.offer(object);
  }

  /** The Secret as it is now; undefined if there is none. */
  async #get(secret: string): Promise<KubeObject | undefined> {
    const { client, signal } = this.#options;
    const [namespace = '', name = ''] = secret.split('/');
    try {
      return objectOf(await client.request('GET', secretPath(namespace, name), { signal }));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }
}

/** Room for so many pieces of work at once; the next waits until one of them has ended. */
class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(slots: number) {
    this.#free = slots;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}
