import { decode, type SecretData, type SecretKeys } from '../../../tenants/secrets.ts';
import { type KubeObject, stringsOf } from '../api/object.ts';
import type { Handler, VersionStore } from './versionstore.ts';

type Options = Readonly<{
  /** This Secret, which some tenant refers to, came or changed: it has to be refreshed. */
  refresh: (secret: string) => void;
  /** What is held of a Secret that this tenant refers to is another now. */
  enqueue: (tenant: string, secret: string) => void;
}>;

/** `keys` were looked for in this version of the Secret; `found` are their values as JSON, a fifth of what a Map takes. */
type Held = Readonly<{ keys: readonly string[]; found: string; resourceVersion: string }>;

/**
 * The Secrets, as far as some tenant refers to them: nothing else of any Secret is kept, nor does it come here. The
 * watch shows names and versions alone, and what a tenant refers to is fetched: others may store as much as they like.
 */
export class SecretStore {
  readonly #options: Options;
  readonly #references = new References();
  readonly #held = new Map<string, Held>();
  readonly #versions: Pick<VersionStore, 'versionOf'>[] = [];
  readonly handler: Handler;

  constructor(options: Options) {
    this.#options = options;
    this.handler = Object.freeze({
      changed: ({ key }: KubeObject) => {
        if (this.#references.tenantsOf(key).length > 0) options.refresh(key);
      },
      deleted: (secret: string) => {
        this.#held.delete(secret);
        this.#enqueue(secret);
      },
    });
  }

  /** From now on these versions are among those that the watches have shown last. */
  follow(versions: Pick<VersionStore, 'versionOf'>): void {
    this.#versions.push(versions);
  }

  get(namespace: string, name: string): SecretData | undefined {
    const held = this.#held.get(`${namespace}/${name}`);
    return held && new Map(JSON.parse(held.found) as Entries);
  }

  /** How many Secrets something is kept of. */
  get size(): number {
    return this.#held.size;
  }

  /** What the tenant refers to from now on, by name of the Secrets in its namespace. */
  setReferences(tenant: string, namespace: string, keys: SecretKeys): void {
    const secrets = new Map([...keys].map(([name, wanted]) => [[namespace, name].join('/'), wanted]));
    const before = this.#references.secretsOf(tenant);
    this.#references.set(tenant, secrets);
    for (const secret of before) this.#trim(secret);
  }

  forget(tenant: string): void {
    this.setReferences(tenant, '', new Map());
  }

  /** What the tenant refers to, exists, and is not held as it is now. */
  missing(tenant: string): readonly string[] {
    return this.#references.secretsOf(tenant).filter((secret) => !this.isCurrent(secret));
  }

  isMissing(tenant: string): boolean {
    return this.missing(tenant).length > 0;
  }

  /** How many Secrets are missing, of all that some tenant refers to. */
  missingCount(): number {
    let count = 0;
    for (const secret of this.#references.secrets()) if (!this.isCurrent(secret)) count++;
    return count;
  }

  /** Whether there is nothing to be fetched: it does not exist, or all that any tenant refers to is held. */
  isCurrent(secret: string): boolean {
    const version = this.#versionOf(secret);
    if (version === undefined) return true;
    const held = this.#held.get(secret);
    const wanted = this.#references.keysOf(secret);
    return wanted.every((key) => held?.resourceVersion === version && held.keys.includes(key));
  }

  /** Takes a Secret that was read after the watch showed it, as far as some tenant refers to it. */
  offer(object: KubeObject): void {
    const version = this.#versionOf(object.key);
    if (version !== undefined) this.#take(object, version);
  }

  /** The version that a watch has shown last; undefined if there is none. */
  #versionOf(secret: string): string | undefined {
    for (const versions of this.#versions) {
      const version = versions.versionOf(secret);
      if (version !== undefined) return version;
    }
    return undefined;
  }

  /** Enqueues the tenants that refer to it if something of theirs is new. */
  #take({ key, resourceVersion, fields }: KubeObject, version: string): void {
    const keys = this.#references.keysOf(key);
    if (keys.length === 0) return;
    const old = this.#held.get(key);
    const data = Object.entries(stringsOf(fields['data'])).filter(([name]) => keys.includes(name));
    const found = JSON.stringify([...decode(Object.fromEntries(data))]);
    // One text for both: there are thousands.
    const same = resourceVersion === version ? version : resourceVersion;
    this.#held.set(key, { keys, found, resourceVersion: same });
    if (old?.found !== found) this.#enqueue(key);
  }

  #enqueue(secret: string): void {
    for (const tenant of this.#references.tenantsOf(secret)) this.#options.enqueue(tenant, secret);
  }

  #trim(secret: string): void {
    const held = this.#held.get(secret);
    if (!held) return;
    const wanted = this.#references.keysOf(secret);
    const keys = held.keys.filter((key) => wanted.includes(key));
    if (keys.length === 0) this.#held.delete(secret);
    else if (keys.length < held.keys.length) {
      const found = (JSON.parse(held.found) as Entries).filter(([key]) => keys.includes(key));
      this.#held.set(secret, { ...held, keys, found: JSON.stringify(found) });
    }
  }
}

/** The entries of what was found. */
type Entries = [key: string, value: string][];

/** Which tenant refers to which Secret, looked up from either end. A Secret goes by `<namespace>/<name>`. */
class References {
  readonly #byTenant = new Map<string, SecretKeys>();
  /** Lists: a Set of one takes four times as much. */
  readonly #bySecret = new Map<string, string[]>();

  /** Puts these in the place of what the tenant referred to. */
  set(tenant: string, secrets: SecretKeys): void {
    for (const secret of this.secretsOf(tenant)) if (!secrets.has(secret)) this.#drop(secret, tenant);
    for (const secret of secrets.keys()) {
      const tenants = this.#bySecret.get(secret);
      if (!tenants) this.#bySecret.set(secret, [tenant]);
      else if (!tenants.includes(tenant)) tenants.push(tenant);
    }
    if (secrets.size > 0) this.#byTenant.set(tenant, secrets);
    else this.#byTenant.delete(tenant);
  }

  /** The tenants that a change of this Secret concerns. */
  tenantsOf(secret: string): readonly string[] {
    return [...(this.#bySecret.get(secret) ?? [])];
  }

  /** All that any tenant refers to. */
  secrets(): Iterable<string> {
    return this.#bySecret.keys();
  }

  secretsOf(tenant: string): readonly string[] {
    return [...(this.#byTenant.get(tenant)?.keys() ?? [])];
  }

  /** The keys of this Secret that some tenant reads; none: nobody refers to it. */
  keysOf(secret: string): readonly string[] {
    const all = this.tenantsOf(secret).map((tenant) => this.#byTenant.get(tenant)?.get(secret) ?? []);
    const [first = [], ...more] = all;
    return more.length === 0 ? first : [...new Set(all.flat())];
  }

  #drop(secret: string, tenant: string): void {
    const others = this.tenantsOf(secret).filter((each) => each !== tenant);
    if (others.length > 0) this.#bySecret.set(secret, others);
    else this.#bySecret.delete(secret);
  }
}
