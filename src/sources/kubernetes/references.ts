import type { SecretKeys } from './secretkeys.ts';

/** Who refers to which Secret, looked up from either end. A Secret goes by `<namespace>/<name>`. */
export class References {
  readonly #byTenant = new Map<string, SecretKeys>();
  readonly #bySecret = new Map<string, Set<string>>();

  /** Puts these in the place of what the tenant referred to; returns the Secrets that it ceased to refer to. */
  set(tenant: string, secrets: SecretKeys): readonly string[] {
    const dropped = [...(this.#byTenant.get(tenant)?.keys() ?? [])].filter((secret) => !secrets.has(secret));
    for (const secret of dropped) this.#drop(secret, tenant);
    for (const secret of secrets.keys()) {
      const tenants = this.#bySecret.get(secret);
      if (tenants) tenants.add(tenant);
      else this.#bySecret.set(secret, new Set([tenant]));
    }
    if (secrets.size > 0) this.#byTenant.set(tenant, secrets);
    else this.#byTenant.delete(tenant);
    return dropped;
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
    const tenants = this.#bySecret.get(secret);
    tenants?.delete(tenant);
    if (tenants?.size === 0) this.#bySecret.delete(secret);
  }
}
