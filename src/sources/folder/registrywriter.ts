import type { Log } from '../../lib/log.ts';
import type { Manifest } from './manifests.ts';
import type { OmneoTenant } from '../../tenants/schema/omneotenant.ts';
import type { Registration } from '../../tenants/registration.ts';
import type { Registry } from '../../tenants/registry.ts';
import { whyNotServed } from '../../tenants/servinglog.ts';
import { referencedSecrets, type SecretData } from '../../tenants/secrets.ts';
import { registrationOf } from '../../tenants/resolve.ts';
import type { TenantPolicy } from '../../tenants/resolve.ts';

type Options = Readonly<{
  registry: Registry;
  policy: TenantPolicy;
  log: Pick<Log, 'warn'>;
}>;

type Resolved = Readonly<{ registration: Registration; from: readonly (SecretData | undefined)[] }>;

/** Resolves a folder's objects, puts them into the registry in one step and logs which of them are refused. */
export class RegistryWriter {
  readonly #options: Options;
  /** What a tenant resolved to stands as long as it and its Secrets are the same objects. */
  readonly #resolved = new WeakMap<OmneoTenant, Resolved>();
  /** The last log line of each tenant, by key and slug; '' of one that is served. */
  #logged = new Map<string, string>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** `isComplete`: whether these are all the tenants that the source names. */
  register(manifests: readonly Manifest[], isComplete: boolean): void {
    const { registry } = this.#options;
    const secrets = new Map(
      manifests.flatMap((each) => (each.kind === 'Secret' ? [[each.key, each.data]] : [])),
    );
    const registrations = manifests.flatMap((each) =>
      each.kind === 'OmneoTenant' ? [this.#resolve(each.tenant, secrets)] : [],
    );
    registry.replace(registrations);
    registry.setComplete(isComplete);
    this.#report(registrations);
  }

  #resolve(tenant: OmneoTenant, all: ReadonlyMap<string, SecretData>): Registration {
    const find = (name: string) => all.get(`${tenant.metadata.namespace ?? 'default'}/${name}`);
    const from = referencedSecrets(tenant).map(find);
    const known = this.#resolved.get(tenant);
    if (known?.from.every((data, index) => data === from[index])) return known.registration;
    const registration = registrationOf(tenant, find, this.#options.policy);
    this.#resolved.set(tenant, { registration, from });
    return registration;
  }

  /** One line for each tenant that is not served, once per reason. The serving log has those that cease to be. */
  #report(registrations: readonly Registration[]): void {
    const { registry, log } = this.#options;
    const logged = new Map<string, string>();
    for (const registration of registrations) {
      const { key, slug } = registration;
      const refusal = whyNotServed(registry, registration);
      const id = `${key} ${slug}`;
      const [before, now] = [this.#logged.get(id), refusal ? `${refusal.reason} ${refusal.message}` : ''];
      logged.set(id, now);
      if (!refusal || before === '' || before === now) continue;
      const { reason, message } = refusal;
      log.warn({ tenant: slug, key, reason }, `${key} is not served: ${message}`);
    }
    this.#logged = logged;
  }
}
