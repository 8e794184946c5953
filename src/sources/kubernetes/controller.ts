import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { OmneoTenant } from '../../tenants/schema/omneotenant.ts';
import type { Registration, Registry } from '../../tenants/registry.ts';
import type { UpstreamPolicy } from '../../tenants/resolve.ts';
import type { Check } from '../../tenants/schema/schema.ts';
import { fieldsOf } from './api/json.ts';
import type { KubeObject } from './api/object.ts';
import { isConflicted } from './status/conditions.ts';
import type { Observe } from './observe.ts';
import type { Handler } from './api/known.ts';
import { type Change, type Entry, Registrations } from './registrations.ts';
import { secretKeysOf } from './secretkeys.ts';
import type { SecretStore } from './informer/secretstore.ts';
import { isSameSpec, type TenantObject, tenantObjectOf, withStatus } from './status/tenantobject.ts';

/** An OmneoTenant as it is shown, and what became of it. */
export type Reconciled = Readonly<{
  tenant: TenantObject;
  registration: Registration;
  holder: string | undefined;
}>;

type Options = Readonly<{
  registry: Registry;
  policy: UpstreamPolicy;
  check: Check<OmneoTenant>;
  secrets: SecretStore;
  /** Whether all OmneoTenants and Secrets of this namespace were listed once. */
  isListed: (namespace: string) => boolean;
  clock: Clock;
  log: Log;
  observe: Observe;
  /** This OmneoTenant has to be reconciled. */
  enqueue: (key: string) => void;
  /** The status of this OmneoTenant may have to change. */
  described: (key: string) => void;
  /** What this OmneoTenant means has changed, or it is gone. */
  replaced: (key: string) => void;
  /** This OmneoTenant took over new values of these Secrets. */
  rotated: (tenant: TenantObject, secrets: readonly string[]) => void;
}>;

const noSecrets = new Map<string, never>();

/**
 * Brings the registry to what the cluster says, one OmneoTenant at a time and whatever the order of the changes: it
 * looks at the present state, not at what happened.
 */
export class Controller {
  readonly #options: Options;
  readonly #tenants = new Map<string, TenantObject>();
  readonly #registrations: Registrations;
  /** Names of the Secrets that changed since the tenant was reconciled. */
  readonly #changed = new Map<string, Set<string>>();
  /** Keys that are to be reconciled before others may rely on what is known. */
  #outstanding: Set<string> | undefined;
  /** Those of them whose Secrets could not be fetched: they are known, and not ready. */
  readonly #failing = new Set<string>();
  #isWhole = false;
  #isPatient = true;
  #isReady = false;
  readonly handler: Handler;

  constructor(options: Options) {
    this.#options = options;
    this.#registrations = new Registrations(options);
    this.handler = Object.freeze({
      changed: (object: KubeObject) => {
        this.#changedTenant(object);
      },
      deleted: (key: string) => {
        this.#deletedTenant(key);
      },
    });
  }

  /** Whether all that was listed is reconciled; stays true. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /**
   * Reconciles what is listed. `isWhole`: that is everything, so that the registry is complete once all of it is
   * reconciled, and stays it. To be called again when more is listed.
   */
  begin(isWhole: boolean): void {
    this.#isWhole = isWhole;
    this.#outstanding = new Set([...this.#tenants.values()].filter(this.#canJudge).map(({ key }) => key));
    for (const key of this.#outstanding) this.#options.enqueue(key);
    this.#settle();
  }

  /** From now on nobody waits for tenants whose Secrets cannot be fetched, unless that is all of them. */
  losePatience(): void {
    this.#isPatient = false;
    this.#settle();
  }

  keys(): readonly string[] {
    return [...this.#tenants.keys()];
  }

  /** For the status: nothing while the OmneoTenant as it is shown now was not reconciled. */
  describe(key: string): Reconciled | undefined {
    const tenant = this.#tenants.get(key);
    const entry = this.#registrations.get(key);
    if (!tenant || !entry || !isSameSpec(tenant, entry)) return undefined;
    const { registration } = entry;
    return { tenant, registration, holder: this.#options.registry.holder(registration.slug) };
  }

  /** A status was written: the tenant looks like this until the watch shows something newer. */
  written(object: KubeObject, basedOn: TenantObject): void {
    if (this.#tenants.get(basedOn.key) === basedOn)
      this.#tenants.set(basedOn.key, withStatus(basedOn, object));
  }

  secretChanged(key: string, secret: string): void {
    const names = this.#changed.get(key) ?? new Set();
    names.add(secret.slice(secret.indexOf('/') + 1));
    this.#changed.set(key, names);
    this.#options.enqueue(key);
  }

  /** The work on one key. Rejects when it has to be tried again. */
  async reconcile(key: string): Promise<void> {
    const { clock, observe } = this.#options;
    const start = clock.monotonic();
    let result: Parameters<Observe['reconciled']>[0] = 'error';
    try {
      result = await this.#reconcile(key);
      this.#outstanding?.delete(key);
      this.#failing.delete(key);
      this.#settle();
    } finally {
      observe.reconciled(result, (clock.monotonic() - start) / 1000);
    }
  }

  async #reconcile(key: string) {
    const tenant = this.#tenants.get(key);
    if (!tenant) return this.#remove(key);
    if (!this.#canJudge(tenant)) return 'deferred';
    if (this.#options.secrets.isMissing(key)) await this.#load(tenant);
    // It went or changed meanwhile, which has put it into the queue again.
    const current = this.#tenants.get(key);
    if (!current || !isSameSpec(current, tenant)) return 'superseded';
    return this.#register(tenant);
  }

  async #load(tenant: TenantObject): Promise<void> {
    try {
      await this.#options.secrets.load(tenant.key);
    } catch (error) {
      this.#registrations.announce(tenant);
      if (this.#outstanding?.has(tenant.key) === true) this.#failing.add(tenant.key);
      this.#settle();
      throw error;
    }
  }

  #register(tenant: TenantObject): 'served' | 'refused' {
    const { key } = tenant;
    const change = this.#registrations.put(tenant);
    const rotated = [...(this.#changed.get(key) ?? [])];
    this.#changed.delete(key);
    const { described, replaced } = this.#options;
    const { resolution } = change.after.registration;
    if (change.before?.registration.resolution !== resolution) {
      replaced(key);
      if (rotated.length > 0 && isRotation(change)) this.#options.rotated(tenant, rotated);
    }
    described(key);
    return 'tenant' in resolution ? 'served' : 'refused';
  }

  #remove(key: string): 'removed' {
    this.#changed.delete(key);
    this.#registrations.remove(key);
    this.#options.replaced(key);
    return 'removed';
  }

  #changedTenant(object: KubeObject): void {
    const { check, secrets, enqueue, described } = this.#options;
    const { key, namespace } = object;
    const old = this.#tenants.get(key);
    const { generation } = fieldsOf(object.fields['metadata']);
    if (old && isSameSpec(old, { uid: object.uid, generation })) {
      this.#tenants.set(key, withStatus(old, object));
      described(key);
      return;
    }
    const tenant = tenantObjectOf(object, check);
    this.#tenants.set(key, tenant);
    secrets.want(key, namespace, 'valid' in tenant.spec ? secretKeysOf(tenant.spec.valid) : noSecrets);
    enqueue(key);
  }

  #deletedTenant(key: string): void {
    this.#tenants.delete(key);
    this.#options.secrets.forget(key);
    this.#options.enqueue(key);
  }

  /**
   * While something is not listed, its own namespace has to be. One that lost its slug to another may have lost it to one
   * that is not listed.
   */
  readonly #canJudge = (tenant: TenantObject): boolean =>
    this.#isWhole || (this.#options.isListed(tenant.namespace) && !isConflicted(tenant.status));

  #settle(): void {
    if (this.#outstanding === undefined) return;
    const left = this.#outstanding.size;
    const isForsaken = !this.#isPatient && left === this.#failing.size && left < this.#tenants.size;
    if (left > 0 && !isForsaken) return;
    this.#isReady = true;
    if (this.#isWhole) this.#complete();
  }

  #complete(): void {
    const { registry, log } = this.#options;
    if (registry.complete) return;
    registry.setComplete(true);
    log.info({ tenants: this.#tenants.size }, 'every OmneoTenant is known');
  }
}

/** The same spec with other values, which are in use now. */
function isRotation({ before, after }: Change): boolean {
  const isServed = ({ registration }: Entry): boolean => 'tenant' in registration.resolution;
  const isSame = before?.uid === after.uid && before.generation === after.generation;
  return isSame && isServed(before) && isServed(after);
}
