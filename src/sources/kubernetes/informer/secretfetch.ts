import { ApiError } from '../api/apierror.ts';
import type { Client } from '../api/client.ts';
import { type KubeObject, objectOf } from '../api/object.ts';
import { secretPath } from '../api/resources.ts';
import { Slots } from './slots.ts';

type Options = Readonly<{
  client: Client;
  /** Ends what is under way. */
  signal: AbortSignal;
}>;

/** A start with thousands of tenants fetches as many Secrets: fast enough, and no flood for the API server. */
const atOnce = 32;

/** Gets Secrets one by one: `<namespace>/<name>`. */
export class SecretFetch {
  readonly #options: Options;
  readonly #slots = new Slots(atOnce);

  constructor(options: Options) {
    this.#options = options;
  }

  /** The Secret as it is now; undefined if there is none. Throws ApiError. */
  get(secret: string): Promise<KubeObject | undefined> {
    return this.#slots.run(() => this.#get(secret));
  }

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
