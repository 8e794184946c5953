import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { OmneoTenant } from '../../tenants/schema/omneotenant.ts';
import type { Registry } from '../../tenants/registry.ts';
import type { TenantPolicy } from '../../tenants/resolve.ts';
import type { Check } from '../../tenants/schema/schema.ts';
import type { DeliveryCounts, Tenant } from '../../tenants/tenant.ts';
import type { BudgetOfDay } from '../../tenants/budgetuse.ts';
import { ControlPlane } from './controlplane.ts';
import { connect } from './api/kubeconfig.ts';
import type { LeaderTimes } from './election/leader.ts';
import type { Observe } from './observe.ts';
import { defaultLeaseName } from './api/rules.ts';

export type KubeOptions = Readonly<{
  /** Path of a kubeconfig; absent: the cluster around this process. */
  kubeconfig?: string | undefined;
  /** Default: the host's name, which is the Pod's. */
  podName?: string | undefined;
  /** Where the Lease lies. Default: the Pod's namespace, or that of the kubeconfig's context. */
  podNamespace?: string | undefined;
  leaseName?: string | undefined;
  leaderTimes?: LeaderTimes;
  /** Empty: the whole cluster. */
  watchNamespaces: readonly string[];
  secretLabelSelector?: string | undefined;
  registry: Registry;
  policy: TenantPolicy;
  /** `tenantCheck` of the CRD. */
  schema: Check<OmneoTenant>;
  clock: Clock;
  log: Log;
  random: () => number;
  observe: Observe;
}>;

/** The source of tenants in a cluster: OmneoTenants and their Secrets, followed as they change. */
export class KubeSource {
  readonly #options: KubeOptions;
  #plane: ControlPlane | undefined;
  #isStopped = false;

  constructor(options: KubeOptions) {
    this.#options = options;
  }

  /**
   * Begins to follow the cluster, and does not wait for it: until everything is known the registry is not complete.
   *
   * @throws KubeConfigError if there is no way to a cluster
   */
  async start(): Promise<void> {
    const { podName, podNamespace, leaseName, kubeconfig } = this.#options;
    const connection = await connect(kubeconfig);
    if (this.#isStopped) return;
    const replica = randomUUID();
    this.#plane = new ControlPlane({
      ...this.#options,
      connection,
      replica,
      instance: podName ?? hostname(),
      lease: {
        namespace: podNamespace ?? connection.namespace ?? 'default',
        name: leaseName ?? defaultLeaseName,
      },
    });
    this.#plane.start();
  }

  /** Lets the Lease go and leaves nothing open. What is registered stays. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#plane?.stop();
  }

  /** Whether everything in the cluster was reconciled once, as far as it can be followed; stays true. */
  isReady(): boolean {
    return this.#plane?.isReady() ?? false;
  }

  /**
   * Omneo begins, or ceases, to refuse the credentials of the tenant with this key: a condition and an Event. By the
   * Tenant that was refused it is known whether these are the credentials of today, since new ones may have come
   * meanwhile. `fields` are those that Omneo rejects.
   */
  credentials(key: string, refused: boolean, tenant?: Tenant, fields: readonly string[] = []): void {
    if (refused && tenant && !this.#isServed(tenant)) return;
    this.#plane?.refused(key, refused, fields);
  }

  /** How many deliveries of the tenant with this key are not done: for its status. */
  deliveries(key: string, counts: DeliveryCounts): void {
    this.#plane?.counted(key, counts);
  }

  /** The budgets of today, of all tenants that have one: for their statuses. */
  budgets(budgets: readonly BudgetOfDay[]): void {
    this.#plane?.budgetsRead(budgets);
  }

  #isServed(tenant: Tenant): boolean {
    const resolution = this.#options.registry.get(tenant.slug);
    return resolution !== undefined && 'tenant' in resolution && resolution.tenant === tenant;
  }
}
