import type { Registry } from '../../tenants/registry.ts';
import type { Resolution } from '../../tenants/tenant.ts';
import { type Authorizer, type Identity, type Permission, permissions } from '../access/access.ts';
import { ConsoleProblem } from '../consoleproblem.ts';

/** A registered tenant, served or not. */
export type KnownTenant = Readonly<{
  slug: string;
  /** `<namespace>/<name>` of the OmneoTenant. */
  key: string;
  namespace: string;
  resolution: Resolution;
}>;

/** So many namespaces are asked about at once: a cluster may have thousands. */
const askedAtOnce = 16;

type Parts = Readonly<{
  registry: Pick<Registry, 'slugs' | 'get' | 'holder' | 'complete'>;
  authorizer: Authorizer;
}>;

/**
 * Which tenants a request may touch. Only a registered tenant has a namespace, in which a role may allow something: what
 * is left of one that was deleted is seen by nobody.
 */
export class TenantAccess {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Every tenant whose deliveries may be listed, by slug. Throws ConsoleProblem `unavailable`. */
  async listable(identity: Identity): Promise<readonly KnownTenant[]> {
    const { registry, authorizer } = this.#parts;
    const tenants = [...registry.slugs()].sort().flatMap((slug) => this.#known(slug) ?? []);
    const isOpen = await eachOf(tenants, (namespace) => authorizer.allows(identity, 'list', namespace));
    return tenants.filter(({ namespace }) => isOpen.get(namespace));
  }

  /**
   * The tenant, if the identity may see its deliveries: one by one (`get`), or in lists. `needed` is what else it has to be
   * allowed.
   *
   * @throws ConsoleProblem `not_found`, which does not tell whether there is such a tenant; `forbidden`, or `unavailable`
   */
  async require(
    identity: Identity,
    slug: string,
    seenBy: 'list' | 'get',
    needed: Permission = seenBy,
  ): Promise<KnownTenant> {
    const tenant = this.#known(slug);
    if (tenant === undefined) throw this.#unknown();
    const { authorizer } = this.#parts;
    if (!(await authorizer.allows(identity, seenBy, tenant.namespace))) throw new ConsoleProblem('not_found');
    const isAllowed = needed === seenBy || (await authorizer.allows(identity, needed, tenant.namespace));
    if (!isAllowed) throw new ConsoleProblem('forbidden');
    return tenant;
  }

  /** All that the identity may do with the deliveries of tenants in this namespace. Throws ConsoleProblem `unavailable`. */
  async allowed(identity: Identity, namespace: string): Promise<readonly Permission[]> {
    const { authorizer } = this.#parts;
    const answers = await Promise.all(
      permissions.map((permission) => authorizer.allows(identity, permission, namespace)),
    );
    return permissions.filter((_, index) => answers[index]);
  }

  /** The same for the namespace of each tenant. Throws ConsoleProblem `unavailable`. */
  allowedIn(
    identity: Identity,
    tenants: readonly KnownTenant[],
  ): Promise<ReadonlyMap<string, readonly Permission[]>> {
    return eachOf(tenants, (namespace) => this.allowed(identity, namespace));
  }

  #known(slug: string): KnownTenant | undefined {
    const { registry } = this.#parts;
    const [resolution, key] = [registry.get(slug), registry.holder(slug)];
    if (resolution === undefined || key === undefined) return undefined;
    return { slug, key, namespace: key.slice(0, key.indexOf('/')), resolution };
  }

  #unknown(): ConsoleProblem {
    if (this.#parts.registry.complete) return new ConsoleProblem('not_found');
    return new ConsoleProblem('unavailable', { detail: 'Try again later: tenants are still being loaded.' });
  }
}

/** What is answered for each namespace of these tenants. */
async function eachOf<T>(
  tenants: readonly KnownTenant[],
  ask: (namespace: string) => Promise<T>,
): Promise<ReadonlyMap<string, T>> {
  const namespaces = [...new Set(tenants.map(({ namespace }) => namespace))];
  const answers = new Map<string, T>();
  for (let at = 0; at < namespaces.length; at += askedAtOnce) {
    const some = namespaces.slice(at, at + askedAtOnce);
    const answered = await Promise.all(some.map(async (each) => [each, await ask(each)] as const));
    for (const [namespace, answer] of answered) answers.set(namespace, answer);
  }
  return answers;
}
