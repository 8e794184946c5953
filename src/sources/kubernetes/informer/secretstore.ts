import { isDeepStrictEqual } from 'node:util';
import type { SecretData } from '../../../tenants/resolve.ts';
import { decode } from '../../../tenants/secrets.ts';
import { fieldsOf, textsOf } from '../api/json.ts';
import type { Handler } from '../api/known.ts';
import type { KubeObject } from '../api/object.ts';
import { References } from '../references.ts';
import type { SecretFetch } from './secretfetch.ts';
import type { SecretKeys } from '../secretkeys.ts';

type Options = Readonly<{
  fetch: Pick<SecretFetch, 'get'>;
  /** The version of the Secret `<namespace>/<name>` that the watch has shown last; undefined if there is none. */
  versionOf: (secret: string) => string | undefined;
  /** This Secret, which some tenant refers to, came or changed: it has to be refreshed. */
  changed: (secret: string) => void;
  /** What is held of a Secret that this tenant refers to is another now. */
  wake: (tenant: string, secret: string) => void;
}>;

/** `keys` were looked for in this version of the Secret, `data` was found. */
type Held = Readonly<{ keys: readonly string[]; data: SecretData; resourceVersion: string }>;

/**
 * The Secrets, as far as some tenant refers to them: nothing else of any Secret is kept, nor does it come here. The
 * watch shows names and versions alone, and what a tenant refers to is fetched: others may store as much as they like.
 */
export class SecretStore {
  readonly #options: Options;
  readonly #references = new References();
  readonly #held = new Map<string, Held>();
  readonly #loading = new Map<string, Promise<void>>();
  readonly handler: Handler;

  constructor(options: Options) {
    this.#options = options;
    this.handler = Object.freeze({
      changed: ({ key }: KubeObject) => {
        if (this.#references.tenantsOf(key).length > 0) options.changed(key);
      },
      deleted: (secret: string) => {
        this.#held.delete(secret);
        this.#wake(secret);
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

  /** Whether something that the tenant refers to exists, and is not held as it is now. */
  isMissing(tenant: string): boolean {
    return this.#missing(tenant).length > 0;
  }

  /** Fetches what is missing; throws ApiError. */
  async load(tenant: string): Promise<void> {
    await Promise.all(this.#missing(tenant).map((secret) => this.#load(secret)));
  }

  /** How many Secrets are missing, of all that some tenant refers to. */
  missing(): number {
    let count = 0;
    for (const secret of this.#references.secrets()) if (!this.#isCurrent(secret)) count++;
    return count;
  }

  /** Takes a Secret that was read after the watch showed it, as far as some tenant refers to it. */
  offer(object: KubeObject): void {
    const version = this.#options.versionOf(object.key);
    if (version !== undefined) this.#take(object, version);
  }

  /** Fetches the Secret unless it is held as it is now, or nobody refers to it any more; throws ApiError. */
  async refresh(secret: string): Promise<void> {
    if (!this.#isCurrent(secret)) await this.#load(secret);
  }

  #missing(tenant: string): readonly string[] {
    return this.#references.secretsOf(tenant).filter((secret) => !this.#isCurrent(secret));
  }

  /** Whether there is nothing to be fetched: it does not exist, or all that anybody wants of it is held. */
  #isCurrent(secret: string): boolean {
    const version = this.#options.versionOf(secret);
    if (version === undefined) return true;
    const held = this.#held.get(secret);
    const wanted = this.#references.keysOf(secret);
    return wanted.every((key) => held?.resourceVersion === version && held.keys.includes(key));
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
    const object = await this.#options.fetch.get(secret);
    // If there is none, the watch tells that it is gone.
    if (object !== undefined) this.offer(object);
  }

  /** Wakes whom it concerns if something of theirs is new. */
  #take({ key, resourceVersion, fields }: KubeObject, version: string): void {
    const keys = this.#references.keysOf(key);
    if (keys.length === 0) return;
    const old = this.#held.get(key);
    const found = Object.entries(textsOf(fieldsOf(fields)['data'])).filter(([name]) => keys.includes(name));
    const data = decode(Object.fromEntries(found));
    // One text for both: there are thousands.
    const same = resourceVersion === version ? version : resourceVersion;
    this.#held.set(key, { keys, data, resourceVersion: same });
    if (!isDeepStrictEqual(old?.data, data)) this.#wake(key);
  }

  #wake(secret: string): void {
    for (const tenant of this.#references.tenantsOf(secret)) this.#options.wake(tenant, secret);
  }

  #trim(secret: string): void {
    const held = this.#held.get(secret);
    if (!held) return;
    const wanted = this.#references.keysOf(secret);
    const keys = held.keys.filter((key) => wanted.includes(key));
    if (keys.length === 0) this.#held.delete(secret);
    else {
      const data = new Map([...held.data].filter(([key]) => keys.includes(key)));
      this.#held.set(secret, { ...held, keys, data });
    }
  }
}
