import type { Log } from '../log.ts';
import type { Manifest } from './manifests.ts';
import type { OmneoTenant } from './omneotenant.ts';
import type { Registration, Registry } from './registry.ts';
import { referencedSecrets, registrationOf, type SecretData, type UpstreamPolicy } from './resolve.ts';

type Options = Readonly<{
  registry: Registry;
  policy: UpstreamPolicy;
  log: Pick<Log, 'info' | 'warn'>;
}>;

type Resolved = Readonly<{ registration: Registration; from: readonly (SecretData | undefined)[] }>;

/** Resolves a folder's objects, puts them into the registry in one step and says which of them are refused. */
export class Registrar {
  readonly #options: Options;
  /** What a tenant resolved to stands as long as it and its Secrets are the same objects. */
  readonly #resolved = new WeakMap<OmneoTenant, Resolved>();
  #refused = new Map<string, string>();

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

  /** One line for each tenant that is not served, once per reason; and one when it is. */
  #report(registrations: readonly Registration[]): void {
    const { log } = this.#options;
    const refused = new Map<string, string>();
    for (const registration of registrations) {
      const { key } = registration;
      const refusal = this.#refusalOf(registration);
      const before = this.#refused.get(key);
      if (refusal) {
        const { reason, message } = refusal;
        refused.set(key, `${reason} ${message}`);
        if (refused.get(key) !== before) log.warn({ key, reason }, `${key} is not served: ${message}`);
      } else if (before !== undefined) log.info({ key }, `${key} is served`);
    }
    this.#refused = refused;
  }

  #refusalOf({
    key,
    slug,
    resolution,
  }: Registration): Readonly<{ reason: string; message: string }> | undefined {
    if (this.#options.registry.holder(slug) !== key) {
      return {
        reason: 'Conflicted',
        message: 'an OmneoTenant with precedence claims its slug; choose another spec.slug.',
      };
    }
    return 'refusal' in resolution ? resolution.refusal : undefined;
  }
}
