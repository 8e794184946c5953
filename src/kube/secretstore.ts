import { isDeepStrictEqual } from 'node:util';
import type { SecretData } from '../tenants/resolve.ts';
import { decode } from '../tenants/secrets.ts';
import { ApiError } from './apierror.ts';
import type { Client } from './client.ts';
import { fieldsOf, textsOf } from './json.ts';
import { type KubeObject, objectOf } from './object.ts';
import { References } from './references.ts';
import type { Handler } from './known.ts';
import { secretPath } from './resources.ts';
import type { SecretKeys } from './secretkeys.ts';

type Options = Readonly<{
  client: Client;
  /** Ends what is under way. */
  signal: AbortSignal;
  /** Whether the Secret `<namespace>/<name>` exists among those that are watched. */
  exists: (secret: string) => boolean;
  /** A Secret that this tenant refers to came, changed or went. */
  wake: (tenant: string, secret: string) => void;
}>;

/** `keys` were looked for, `data` was found. */
type Held = Readonly<{ keys: readonly string[]; data: SecretData }>;
type Loading = { isOutdated: boolean; done: Promise<void> };

/**
 * The Secrets, as far as some tenant refers to them: nothing else of any Secret is kept. One that somebody begins to
 * refer to when it is already there is fetched.
 */
export class SecretStore {
  readonly #options: Options;
  readonly #references = new References();
  readonly #held = new Map<string, Held>();
  readonly #loading = new Map<string, Loading>();
  readonly handler: Handler;

  constructor(options: Options) {
    this.#options = options;
    this.handler = Object.freeze({
      changed: (object: KubeObject) => {
        this.#changed(object);
      },
      deleted: (secret: string) => {
        this.#deleted(secret);
      },
    });
  }

  get(namespace: string, name: string): SecretData | undefined {
    return this.#held.get(`${namespace}/${name}`)?.data;
  }

  /** How many Secrets something is kept of. */
  get size(): number {
    return this.#held.size;
  }

  /** What the tenant refers to from now on, by name of the Secrets in its namespace. */
  want(tenant: string, namespace: string, keys: SecretKeys): void {
    const secrets = new Map([...keys].map(([name, wanted]) => [`${namespace}/${name}`, wanted]));
    const kept = this.#references.secretsOf(tenant).filter((secret) => secrets.has(secret));
    for (const secret of [...this.#references.set(tenant, secrets), ...kept]) this.#trim(secret);
  }

  forget(tenant: string): void {
    this.want(tenant, '', new Map());
  }

  /** Whether something that the tenant refers to exists and is not held yet. */
  isMissing(tenant: string): boolean {
    return this.#missing(tenant).length > 0;
  }

  /** Fetches what is missing; throws ApiError. */
  async load(tenant: string): Promise<void> {
    await Promise.all(this.#missing(tenant).map((secret) => this.#load(secret)));
  }

  #missing(tenant: string): readonly string[] {
    return this.#references.secretsOf(tenant).filter((secret) => {
      const held = this.#held.get(secret)?.keys;
      const lacks = this.#references.keysOf(secret).some((key) => !held?.includes(key));
      return lacks && this.#options.exists(secret);
    });
  }

  async #load(secret: string): Promise<void> {
    const underWay = this.#loading.get(secret);
    if (underWay) return underWay.done;
    const loading: Loading = { isOutdated: false, done: Promise.resolve() };
    this.#loading.set(secret, loading);
    loading.done = this.#fetch(secret, loading).finally(() => this.#loading.delete(secret));
    return loading.done;
  }

  async #fetch(secret: string, loading: Loading): Promise<void> {
    const { client, signal } = this.#options;
    const [namespace = '', name = ''] = secret.split('/');
    try {
      const object = objectOf(await client.request('GET', secretPath(namespace, name), { signal }));
      // The watch brought something newer while this was on its way.
      if (!loading.isOutdated) this.#take(object);
    } catch (error) {
      // It has just gone, which the watch will tell.
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
  }

  #changed(object: KubeObject): void {
    this.#outdate(object.key);
    this.#take(object);
  }

  /** A fetch wakes too: it may be ahead of the watch, which then finds nothing new in what is held. */
  #take(object: KubeObject): void {
    const old = this.#held.get(object.key);
    this.#hold(object);
    if (!isDeepStrictEqual(old?.data, this.#held.get(object.key)?.data)) this.#wake(object.key);
  }

  #deleted(secret: string): void {
    this.#outdate(secret);
    this.#held.delete(secret);
    this.#wake(secret);
  }

  #outdate(secret: string): void {
    const loading = this.#loading.get(secret);
    if (loading) loading.isOutdated = true;
  }

  #wake(secret: string): void {
    for (const tenant of this.#references.tenantsOf(secret)) this.#options.wake(tenant, secret);
  }

  #hold({ key, fields }: KubeObject): void {
    const keys = this.#references.keysOf(key);
    if (keys.length === 0) return;
    const data = Object.entries(textsOf(fieldsOf(fields)['data'])).filter(([name]) => keys.includes(name));
    this.#held.set(key, { keys, data: decode(Object.fromEntries(data)) });
  }

  #trim(secret: string): void {
    const held = this.#held.get(secret);
    if (!held) return;
    const wanted = this.#references.keysOf(secret);
    const keys = held.keys.filter((key) => wanted.includes(key));
    if (keys.length === 0) this.#held.delete(secret);
    else
      this.#held.set(secret, { keys, data: new Map([...held.data].filter(([key]) => keys.includes(key))) });
  }
}
