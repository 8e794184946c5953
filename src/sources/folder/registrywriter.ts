import type { Log } from '../../lib/log.ts';
import type { Manifest } from './manifests.ts';
import type { Merged } from './merge.ts';
import type { Registration } from '../../tenants/registration.ts';
import type { Registry } from '../../tenants/registry.ts';
import { whyNotServed } from '../../tenants/servinglog.ts';
import { referencedSecrets } from '../../tenants/secrets.ts';
import { knownParts, registrationOf } from '../../tenants/resolve.ts';
import type { TenantPolicy } from '../../tenants/resolve.ts';

type Options = Readonly<{
  registry: Registry;
  policy: TenantPolicy;
  log: Pick<Log, 'warn'>;
}>;

type OfKind<K extends Manifest['kind']> = Extract<Manifest, { kind: K }>;

type Objects = Pick<Merged, 'fresh'> & Readonly<{ secrets: ReadonlyMap<string, OfKind<'Secret'>> }>;

/** Resolves a folder's objects, puts them into the registry in one step and logs which of them are refused. */
export class RegistryWriter {
  readonly #options: Options;
  readonly #parts = knownParts();
  /** The last log line of each tenant that is not served, by key and slug. */
  #logged = new Map<string, string>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** `isComplete`: whether these are all the tenants that the source names. */
  register({ manifests, fresh }: Pick<Merged, 'manifests' | 'fresh'>, isComplete: boolean): void {
    const { registry } = this.#options;
    const secrets = new Map(ofKind(manifests, 'Secret').map((each) => [each.key, each]));
    const registrations = ofKind(manifests, 'OmneoTenant').map((each) =>
      this.#registrationOf(each, { secrets, fresh }),
    );
    const servedBefore = new Set(registrations.filter((each) => this.#isServed(each)).map(idOf));
    registry.replace(registrations);
    registry.setComplete(isComplete);
    this.#report(registrations, servedBefore);
  }

  /** What a tenant resolved to stands as long as it and all its Secrets are served as before. */
  #registrationOf(manifest: OfKind<'OmneoTenant'>, { secrets, fresh }: Objects): Registration {
    const { registry, policy } = this.#options;
    const { key, tenant } = manifest;
    const find = (name: string) => secrets.get(`${tenant.metadata.namespace ?? 'default'}/${name}`);
    const isAsBefore = (each: Manifest | undefined) => each !== undefined && !fresh.has(each);
    const isKnown = isAsBefore(manifest) && referencedSecrets(tenant).map(find).every(isAsBefore);
    const known = isKnown ? registry.registration(key) : undefined;
    return known ?? registrationOf(tenant, (name) => find(name)?.data, policy, this.#parts);
  }

  #isServed({ key, slug }: Registration): boolean {
    const { registry } = this.#options;
    const now = registry.registration(key);
    return now?.slug === slug && !whyNotServed(registry, now);
  }

  /** One line for each tenant that is not served, once per reason. The serving log has those that cease to be. */
  #report(registrations: readonly Registration[], servedBefore: ReadonlySet<string>): void {
    const { registry, log } = this.#options;
    const logged = new Map<string, string>();
    for (const registration of registrations) {
      const refusal = whyNotServed(registry, registration);
      if (!refusal) continue;
      const { key, slug } = registration;
      const { reason, message } = refusal;
      const [id, line] = [idOf(registration), `${reason} ${message}`];
      logged.set(id, line);
      if (servedBefore.has(id) || this.#logged.get(id) === line) continue;
      log.warn({ tenant: slug, key, reason }, `${key} is not served: ${message}`);
    }
    this.#logged = logged;
  }
}

function idOf({ key, slug }: Registration): string {
  return `${key} ${slug}`;
}

function ofKind<K extends Manifest['kind']>(manifests: readonly Manifest[], kind: K): readonly OfKind<K>[] {
  return manifests.filter((each): each is OfKind<K> => each.kind === kind);
}
