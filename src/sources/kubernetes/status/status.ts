import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../../lib/clock.ts';
import { ApiError } from '../api/apierror.ts';
import type { KubeClient } from '../api/client.ts';
import { NotSent } from '../api/beforesend.ts';
import {
  type Condition,
  conditionsOf,
  conditionTypes,
  desiredStatus,
  equalInMeaning,
  type Status,
} from './conditions.ts';
import type { Contention } from './contention.ts';
import { type DeliveryReports, deliveriesToShow, shownDeliveries } from './deliveryreports.ts';
import type { LimitReports } from './limitreports.ts';
import type { Controller, Reconciled } from '../controller.ts';
import type { Queue } from '../queue.ts';
import { fieldsOf, type KubeObject, objectOf, stringOf } from '../api/object.ts';
import type { Observe } from '../observe.ts';
import { statusPath } from '../api/resources.ts';
import { credentialsSecret, type TenantObject, type TenantStore } from '../tenantstore.ts';
import type { RefusedTenants } from './refusedtenants.ts';

type Options = Readonly<{
  client: KubeClient;
  /** Ends what is under way. */
  signal: AbortSignal;
  clock: Clock;
  observe: Observe;
  controller: Pick<Controller, 'describe'>;
  tenants: Pick<TenantStore, 'written'>;
  refused: Pick<RefusedTenants, 'has' | 'rejectedFields'>;
  /** Whether this replica may write at this very moment. */
  isLeader: () => boolean;
  /** Under which the API server remembers what this install wrote. */
  fieldManager: string;
  contention: Contention;
  deliveries: Pick<DeliveryReports, 'get' | 'waitMs' | 'writing'>;
  limits: Pick<LimitReports, 'get'>;
  statuses: Pick<Queue, 'addLater'>;
  changed: (tenant: TenantObject, before: readonly Condition[], after: readonly Condition[]) => void;
}>;

type Versioned = Pick<KubeObject, 'namespace' | 'name' | 'uid' | 'resourceVersion'>;

/**
 * Writes the status of OmneoTenants: only the leader does, and only when the new one differs in meaning from the one
 * that is shown, or, once in a while, in how many deliveries are not done. A leader that was paused may not know yet
 * that it is none any more: so it looks at its lease when nothing is left to do but to send, and the API server takes
 * what it sends only if nobody has written since.
 */
export class StatusWriter {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /** The work on one key. Rejects when it has to be tried again. */
  readonly write = async (key: string): Promise<void> => {
    const { controller, isLeader, observe } = this.#options;
    const reconciled = isLeader() ? controller.describe(key) : undefined;
    if (!reconciled) return;
    const { tenant } = reconciled;
    const shown = tenant.status;
    const status = this.#desired(reconciled, shown);
    if (!equalInMeaning(shown, status)) await this.#writeMeaning(tenant, shown, status);
    else if (isDeepStrictEqual(shownDeliveries(shown), status.deliveries)) observe.statusWritten('unchanged');
    else await this.#writeCounts(tenant, status);
  };

  async #writeMeaning(tenant: TenantObject, shown: unknown, status: Status): Promise<void> {
    const { contention, statuses, changed } = this.#options;
    const { isRepeated, waitMs } = contention.check(tenant, status);
    if (waitMs > 0) {
      statuses.addLater(tenant.key, waitMs);
      return;
    }
    const answer = await this.#write(tenant, status);
    if (!answer) return;
    contention.wrote(tenant, status, answer);
    // What is put right again is nothing that happened to the tenant.
    if (!isRepeated) changed(tenant, conditionsOf(shown), status.conditions);
  }

  /** That others count otherwise is no contention: nobody writes them more often than once in a while. */
  async #writeCounts(tenant: TenantObject, status: Status): Promise<void> {
    const { deliveries, statuses } = this.#options;
    const waitMs = deliveries.waitMs(tenant.key);
    if (waitMs > 0) statuses.addLater(tenant.key, waitMs);
    else await this.#write(tenant, status);
  }

  #desired({ tenant, registration, holder }: Reconciled, shown: unknown): Status {
    const { clock, refused, deliveries, limits } = this.#options;
    const { resolution } = registration;
    const served = 'tenant' in resolution ? resolution.tenant : resolution.suspended;
    const facts = {
      registration,
      holder,
      generation: tenant.generation,
      refusedSecret: refused.has(tenant.key) ? credentialsSecret(tenant) : undefined,
      rejectedFields: refused.rejectedFields(tenant.key),
      deliveries: deliveriesToShow(resolution, deliveries.get(tenant.key), shown),
      budget: served?.limits?.perDay === undefined ? undefined : limits.get(tenant.key),
    };
    return desiredStatus(facts, shown, clock.now());
  }

  /** Returns the object as it is then; nothing if there is nobody to write it, or nothing to write it to. */
  async #write(tenant: TenantObject, status: Status): Promise<KubeObject | undefined> {
    this.#options.deliveries.writing(tenant.key);
    try {
      const applied = await this.#apply(tenant, status);
      const left = leftover(applied.fields['status'], status);
      const answer = left === undefined ? applied : await this.#remove(applied, left);
      this.#options.tenants.written(answer, tenant);
      return answer;
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  #apply(tenant: Versioned, status: Status): Promise<KubeObject> {
    return this.#patch(tenant, 'application/apply-patch+yaml', { status, query: { force: 'true' } });
  }

  /** Apply takes nothing away that another manager has applied too, such as an install that is gone. */
  #remove(tenant: Versioned, status: unknown): Promise<KubeObject> {
    return this.#patch(tenant, 'application/merge-patch+json', { status, query: {} });
  }

  /** Returns the object as it is then. */
  async #patch(
    { namespace, name, uid, resourceVersion }: Versioned,
    contentType: string,
    { status, query }: Readonly<{ status: unknown; query: Readonly<Record<string, string>> }>,
  ): Promise<KubeObject> {
    const { client, signal, observe, fieldManager } = this.#options;
    const answer = await client.request('PATCH', statusPath(namespace, name), {
      query: { fieldManager, ...query },
      contentType,
      body: {
        apiVersion: 'omneo.io/v1alpha1',
        kind: 'OmneoTenant',
        metadata: { namespace, name, uid, resourceVersion },
        status,
      },
      signal,
      beforeSend: () => {
        if (!this.#options.isLeader()) throw new NotSent('no longer the leader');
      },
    });
    observe.statusWritten('written');
    return objectOf(answer);
  }

  #failed(error: unknown): void {
    const { observe } = this.#options;
    if (error instanceof NotSent) return; // the new leader writes
    if (error instanceof ApiError && error.status === 404) return; // the watch will show that it is gone
    observe.statusWritten(error instanceof ApiError && error.status === 409 ? 'conflict' : 'error');
    // By the next attempt the watch has brought what it was in conflict with.
    throw error;
  }
}

/**
 * What is shown beside the desired status though it is the gateway's to write: a merge patch that takes it away, and
 * leaves what others wrote. Undefined if there is nothing.
 */
export function leftover(shown: unknown, { slug, deliveries, conditions }: Status): unknown {
  const { conditions: all, ...more } = fieldsOf(shown);
  const wanted: ReadonlySet<string> = new Set(conditions.map(({ type }) => type));
  const isLeft = (each: unknown): boolean => {
    const type = stringOf(fieldsOf(each)['type']);
    return conditionTypes.includes(type) && !wanted.has(type);
  };
  const list: readonly unknown[] = Array.isArray(all) ? all : [];
  const place = slug === undefined && ('slug' in more || 'path' in more) ? { slug: null, path: null } : {};
  const counts = deliveries === undefined && 'deliveries' in more ? { deliveries: null } : {};
  const fields = { ...place, ...counts };
  if (!list.some(isLeft) && Object.keys(fields).length === 0) return undefined;
  return { ...fields, conditions: list.filter((each) => !isLeft(each)) };
}
