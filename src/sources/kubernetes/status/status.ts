import type { Clock } from '../../../lib/clock.ts';
import { ApiError } from '../api/apierror.ts';
import { type Client, NotSent } from '../api/client.ts';
import {
  type Condition,
  conditionsOf,
  desiredStatus,
  equalInMeaning,
  leftover,
  type Status,
} from './conditions.ts';
import type { Contention } from './contention.ts';
import type { Reconciled } from '../controller.ts';
import { type KubeObject, objectOf } from '../api/object.ts';
import type { Observe } from '../observe.ts';
import { statusPath } from '../api/resources.ts';
import { credentialsSecret, type TenantObject } from './tenantobject.ts';

type Options = Readonly<{
  client: Client;
  /** Ends what is under way. */
  signal: AbortSignal;
  clock: Clock;
  observe: Observe;
  describe: (key: string) => Reconciled | undefined;
  /** Whether Omneo refuses this tenant's credentials. */
  isRefused: (key: string) => boolean;
  /** The names that Omneo complains about as it does, as one text; empty if it names none. */
  complaints: (key: string) => string;
  /** Whether this replica may write at this very moment. */
  isLeader: () => boolean;
  /** Under which the API server remembers what this install wrote. */
  fieldManager: string;
  contention: Contention;
  /** This tenant's status is to be looked at again after so many milliseconds. */
  later: (key: string, ms: number) => void;
  written: (object: KubeObject, basedOn: TenantObject) => void;
  changed: (tenant: TenantObject, before: readonly Condition[], after: readonly Condition[]) => void;
}>;

type Versioned = Pick<KubeObject, 'namespace' | 'name' | 'uid' | 'resourceVersion'>;

/**
 * Writes the status of OmneoTenants: only the leader does, and only when the new one differs in meaning from the one
 * that is shown. A leader that was paused may not know yet that it is none any more: so it looks at its lease when
 * nothing is left to do but to send, and the API server takes what it sends only if nobody has written since.
 */
export class StatusWriter {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /** The work on one key. Rejects when it has to be tried again. */
  async write(key: string): Promise<void> {
    const { describe, isLeader, observe, contention, later, changed } = this.#options;
    const reconciled = isLeader() ? describe(key) : undefined;
    if (!reconciled) return;
    const status = this.#desired(reconciled);
    if (equalInMeaning(reconciled.tenant.status, status)) {
      observe.statusWritten('unchanged');
      return;
    }
    const { isRepeated, waitMs } = contention.judge(reconciled.tenant, status);
    if (waitMs > 0) {
      later(key, waitMs);
      return;
    }
    try {
      await this.#write(reconciled.tenant, status);
      // What is put right again is nothing that happened to the tenant.
      if (!isRepeated) changed(reconciled.tenant, conditionsOf(reconciled.tenant.status), status.conditions);
    } catch (error) {
      this.#failed(error);
    }
  }

  #desired({ tenant, registration, holder }: Reconciled): Status {
    const { clock, isRefused, complaints } = this.#options;
    const facts = {
      registration,
      holder,
      generation: tenant.generation,
      refusedSecret: isRefused(tenant.key) ? credentialsSecret(tenant) : undefined,
      complaints: complaints(tenant.key),
    };
    return desiredStatus(facts, tenant.status, clock.now());
  }

  async #write(tenant: TenantObject, status: Status): Promise<void> {
    const applied = await this.#apply(tenant, status);
    const left = leftover(applied.fields['status'], status);
    const answer = left === undefined ? applied : await this.#remove(applied, left);
    this.#options.contention.wrote(tenant, status, answer);
    this.#options.written(answer, tenant);
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
    if (error instanceof ApiError && error.status === 404) return; // the watch will tell that it is gone
    observe.statusWritten(error instanceof ApiError && error.status === 409 ? 'conflict' : 'error');
    // By the next attempt the watch has brought what it was in conflict with.
    throw error;
  }
}
