import type { Registration } from '../../tenants/registration.ts';
import type { Registry } from '../../tenants/registry.ts';
import { registrationOf } from '../../tenants/resolve.ts';
import type { UpstreamPolicy } from '../../tenants/upstreampolicy.ts';
import type { SecretStore } from './informer/secretstore.ts';
import type { TenantObject } from './tenantstore.ts';

/** What an OmneoTenant was registered as, and by which spec. */
export type Entry = Readonly<{ uid: string; generation: number; registration: Registration }>;

export type Change = Readonly<{ before: Entry | undefined; after: Entry }>;

type Options = Readonly<{
  registry: Registry;
  policy: UpstreamPolicy;
  secrets: SecretStore;
  /** The status of this OmneoTenant may have to change. */
  described: (key: string) => void;
}>;

/** The OmneoTenants in the registry: who waits for a slug hears of it when the slug gets another holder. */
export class Registrations {
  readonly #options: Options;
  readonly #entries = new Map<string, Entry>();

  constructor(options: Options) {
    this.#options = options;
  }

  get(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  /** Registers it with its Secrets as they are now. */
  put(tenant: TenantObject): Change {
    const { key, uid, generation } = tenant;
    const before = this.#entries.get(key);
    const registration = this.#put(this.#registrationOf(tenant));
    const after = { uid, generation, registration };
    this.#entries.set(key, after);
    return { before, after };
  }

  /** Makes it known while a Secret of it cannot be fetched: it is not ready then, unless it was before. */
  announce(tenant: TenantObject): void {
    if (!this.#entries.has(tenant.key)) this.#put(this.#registrationOf(tenant));
  }

  remove(key: string): void {
    const { registry } = this.#options;
    const slug = registry.registration(key)?.slug;
    this.#entries.delete(key);
    this.#followHolders(new Set(slug === undefined ? [] : [slug]), () => {
      registry.delete(key);
    });
  }

  #registrationOf({ spec, namespace }: TenantObject): Registration {
    const { secrets, policy } = this.#options;
    return 'invalid' in spec
      ? spec.invalid
      : registrationOf(spec.valid, (name) => secrets.get(namespace, name), policy);
  }

  /** Puts it into the registry and returns it as it is kept there. */
  #put(registration: Registration): Registration {
    const { registry } = this.#options;
    const { key, slug } = registration;
    const oldSlug = registry.registration(key)?.slug ?? slug;
    this.#followHolders(new Set([slug, oldSlug]), () => {
      registry.put(registration);
    });
    return registry.registration(key) ?? registration;
  }

  #followHolders(slugs: ReadonlySet<string>, change: () => void): void {
    const { registry, described } = this.#options;
    const before = new Map([...slugs].map((slug) => [slug, registry.holder(slug)]));
    change();
    for (const slug of slugs) {
      if (registry.holder(slug) === before.get(slug)) continue;
      for (const { key } of registry.claims(slug)) described(key);
    }
  }
}
