import type { Clock } from '../../lib/clock.ts';
import type { Registration } from '../../tenants/registration.ts';
import type { Registry } from '../../tenants/registry.ts';
import { knownParts, registrationOf } from '../../tenants/resolve.ts';
import type { TenantPolicy } from '../../tenants/resolve.ts';
import type { SecretLoader } from './informer/secretloader.ts';
import type { SecretStore } from './informer/secretstore.ts';
import type { InitialSync } from './initialsync.ts';
import type { Observe } from './observe.ts';
import type { Queue } from './queue.ts';
import { isConflicted } from './status/conditions.ts';
import type { Contention } from './status/contention.ts';
import type { DeliveryReports } from './status/deliveryreports.ts';
import type { Events } from './status/events.ts';
import { rotation } from './status/transitions.ts';
import type { RefusedTenants } from './status/refusedtenants.ts';
import { isSameSpec, type TenantObject, type TenantStore } from './tenantstore.ts';

/** An OmneoTenant as it is shown, and what became of it. */
export type Reconciled = Readonly<{
  tenant: TenantObject;
  registration: Registration;
  holder: string | undefined;
}>;

type Options = Readonly<{
  registry: Registry;
  policy: TenantPolicy;
  tenants: TenantStore;
  initialSync: InitialSync;
  secrets: Pick<SecretStore, 'get' | 'isMissing'>;
  loader: Pick<SecretLoader, 'load'>;
  /** Whether all OmneoTenants and Secrets of this namespace were listed once. */
  isListed: (namespace: string) => boolean;
  /** OmneoTenants that have to be reconciled. */
  queue: Pick<Queue, 'add'>;
  /** OmneoTenants whose status may have to change. */
  statuses: Pick<Queue, 'add'>;
  /** Both forget an OmneoTenant that means something else now, or is gone. */
  refused: Pick<RefusedTenants, 'set'>;
  contention: Pick<Contention, 'forget'>;
  /** Forgets an OmneoTenant that is gone. */
  deliveries: Pick<DeliveryReports, 'forget'>;
  events: Pick<Events, 'record'>;
  clock: Clock;
  observe: Pick<Observe, 'reconciled'>;
}>;

/** What an OmneoTenant was registered as, and by which spec. */
type Registered = Readonly<{ uid: string; generation: number; registration: Registration }>;

type Result = Parameters<Observe['reconciled']>[0];

/**
 * Brings the registry to what the cluster says, one OmneoTenant at a time and whatever the order of the changes: it
 * looks at the present state, not at what happened.
 */
export class Controller {
  readonly #options: Options;
  readonly #parts = knownParts();
  readonly #registered = new Map<string, Registered>();
  /** Names of the Secrets that changed since the tenant was reconciled. */
  readonly #rotated = new Map<string, Set<string>>();

  constructor(options: Options) {
    const { registry, statuses } = options;
    this.#options = options;
    // Those that wait for a slug show in their statuses which OmneoTenant holds it.
    registry.onChanged(({ slug, before, after }) => {
      if (before?.key === after?.key) return;
      for (const { key } of registry.claims(slug)) statuses.add(key);
    });
  }

  /**
   * Reconciles what is listed. `isWhole`: that is everything, so that the registry is complete once all of it is
   * reconciled, and stays it. To be called again when more is listed.
   */
  begin(isWhole: boolean): void {
    const { tenants, queue, initialSync } = this.#options;
    const listed = tenants.all().filter((tenant) => isWhole || this.#isKnown(tenant));
    for (const { key } of listed) queue.add(key);
    const keys = listed.map(({ key }) => key);
    initialSync.begin(keys, isWhole);
  }

  /** For the status: nothing while the OmneoTenant as it is shown now was not reconciled. */
  describe(key: string): Reconciled | undefined {
    const { tenants, registry } = this.#options;
    const tenant = tenants.get(key);
    const registered = this.#registered.get(key);
    if (!tenant || !registered || !isSameSpec(tenant, registered)) return undefined;
    const { registration } = registered;
    return { tenant, registration, holder: registry.holder(registration.slug) };
  }

  secretChanged(key: string, secret: string): void {
    const names = this.#rotated.get(key) ?? new Set();
    names.add(secret.slice(secret.indexOf('/') + 1));
    this.#rotated.set(key, names);
    this.#options.queue.add(key);
  }

  /** The work on one key. Rejects when it has to be tried again. */
  readonly reconcile = async (key: string): Promise<void> => {
    const { clock, observe, initialSync } = this.#options;
    const start = clock.monotonic();
    let result: Result = 'error';
    try {
      result = await this.#reconcile(key);
      if (!initialSync.isOver) initialSync.reconciled(key);
    } finally {
      observe.reconciled(result, (clock.monotonic() - start) / 1000);
    }
  };

  async #reconcile(key: string): Promise<Result> {
    const { tenants, secrets, initialSync } = this.#options;
    const tenant = tenants.get(key);
    if (!tenant) return this.#remove(key);
    if (!initialSync.isWhole && !this.#isKnown(tenant)) return 'deferred';
    if (secrets.isMissing(key)) {
      await this.#load(tenant);
      // It went or changed meanwhile, which has put it into the queue again.
      const current = tenants.get(key);
      if (!current || !isSameSpec(current, tenant)) return 'superseded';
    }
    return this.#register(tenant);
  }

  /** If a Secret cannot be fetched, the tenant is known and not ready, unless it was ready before. */
  async #load(tenant: TenantObject): Promise<void> {
    const { loader, registry, initialSync } = this.#options;
    try {
      await loader.load(tenant.key);
    } catch (error) {
      if (!this.#registered.has(tenant.key)) registry.put(this.#registrationOf(tenant));
      initialSync.failed(tenant.key);
      throw error;
    }
  }

  #register(tenant: TenantObject): 'served' | 'refused' {
    const { registry, statuses, events } = this.#options;
    const { key, uid, generation } = tenant;
    const before = this.#registered.get(key);
    const after = { uid, generation, registration: registry.put(this.#registrationOf(tenant)) };
    this.#registered.set(key, after);
    const rotated = [...(this.#rotated.get(key) ?? [])];
    this.#rotated.delete(key);
    const { resolution } = after.registration;
    if (before?.registration.resolution !== resolution) {
      this.#forgetStatus(key);
      if (rotated.length > 0 && isRotation(before, after)) events.record(tenant, rotation(rotated));
    }
    statuses.add(key);
    return 'tenant' in resolution ? 'served' : 'refused';
  }

  #registrationOf({ spec, namespace }: TenantObject): Registration {
    const { secrets, policy } = this.#options;
    return 'invalid' in spec
      ? spec.invalid
      : registrationOf(spec.valid, (name) => secrets.get(namespace, name), policy, this.#parts);
  }

  #remove(key: string): 'removed' {
    this.#rotated.delete(key);
    this.#registered.delete(key);
    this.#options.registry.delete(key);
    this.#options.deliveries.forget(key);
    this.#forgetStatus(key);
    return 'removed';
  }

  #forgetStatus(key: string): void {
    this.#options.refused.set(key, false);
    this.#options.contention.forget(key);
  }

  /**
   * While something is not listed, the tenant's own namespace has to be. One that lost its slug to another may have lost
   * it to one that is not listed.
   */
  #isKnown({ namespace, status }: TenantObject): boolean {
    return this.#options.isListed(namespace) && !isConflicted(status);
  }
}

/** The same spec with other values, which are in use now. */
function isRotation(before: Registered | undefined, after: Registered): boolean {
  const isServed = ({ registration }: Registered): boolean => 'tenant' in registration.resolution;
  const isSame = before?.uid === after.uid && before.generation === after.generation;
  return isSame && isServed(before) && isServed(after);
}
