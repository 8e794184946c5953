import type { Clock } from '../../../lib/clock.ts';
import { errorNames, type Log } from '../../../lib/log.ts';
import type { KubeCall, KubeClient } from '../api/client.ts';
import { NotSent } from '../api/beforesend.ts';
import { fieldsOf, stringOf } from '../api/object.ts';
import { microTime } from '../election/lease.ts';
import { eventPath } from '../api/resources.ts';
import type { RecentFaults } from '../recentfaults.ts';
import type { TenantObject } from '../tenantstore.ts';
import type { Condition } from './conditions.ts';
import { type TenantEvent, transitions } from './transitions.ts';

type Options = Readonly<{
  client: KubeClient;
  clock: Clock;
  log: Log;
  recentFaults: RecentFaults;
  isLeader: () => boolean;
  instance: string;
}>;

type Series = { name: string; count: number; at: number };
type Pending = Readonly<{ tenant: TenantObject; event: TenantEvent }>;

/** As client-go has it: what happens again within this time is counted on the Event that is there. */
const seriesMs = 6 * 60_000;
/** Events are a courtesy: after a start with thousands of tenants some are better lost than late. */
const maxPending = 5_000;
const deadlineMs = 5_000;

/** Writes Events about OmneoTenants: one after the other, in the background, and only as the leader. */
export class Events {
  readonly #options: Options;
  readonly #series = new Map<string, Series>();
  readonly #abort = new AbortController();
  #pending: Pending[] = [];
  #isDropping = false;
  #done: Promise<void> | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Never throws and never waits. */
  record(tenant: TenantObject, event: TenantEvent): void {
    if (!this.#options.isLeader() || this.#abort.signal.aborted) return;
    if (this.#pending.length >= maxPending) {
      if (!this.#isDropping)
        this.#options.log.warn({ pending: maxPending }, 'too many Events; some are dropped');
      this.#isDropping = true;
      return;
    }
    this.#pending.push({ tenant, event });
    this.#done ??= this.#drain();
  }

  /** Records what happened between two sets of conditions. */
  readonly recordTransitions = (
    tenant: TenantObject,
    before: readonly Condition[],
    after: readonly Condition[],
  ): void => {
    for (const event of transitions(before, after)) this.record(tenant, event);
  };

  /** Drops what was not sent yet. */
  async stop(): Promise<void> {
    this.#abort.abort();
    this.#pending = [];
    await this.#done;
  }

  async #drain(): Promise<void> {
    const { log, recentFaults } = this.#options;
    for (let next = this.#pending.shift(); next; next = this.#pending.shift()) {
      try {
        await this.#send(next);
      } catch (error) {
        const { tenant, event } = next;
        if (this.#abort.signal.aborted) break;
        if (error instanceof NotSent) {
          // The new leader writes Events from now on.
          this.#pending = [];
          break;
        }
        const names = errorNames(error);
        log[recentFaults.isNew(names) ? 'warn' : 'debug'](
          { object: tenant.key, reason: event.reason, error: names },
          'Event could not be written',
        );
      }
    }
    this.#isDropping = false;
    this.#done = undefined;
  }

  async #send({ tenant, event }: Pending): Promise<void> {
    const now = this.#options.clock.monotonic();
    // Joined: of a template literal its parts would be kept too, and after a start there are thousands.
    const id = [tenant.uid, event.type, event.action, event.reason].join(' ');
    const series = this.#series.get(id);
    if (series && now - series.at < seriesMs) {
      await this.#repeat(tenant.namespace, { ...series, count: series.count + 1, at: now }, id);
      return;
    }
    for (const [old, { at }] of this.#series) if (now - at >= seriesMs) this.#series.delete(old);
    const name = await this.#create(tenant, event);
    this.#series.set(id, { name, count: 1, at: now });
  }

  /** A leader that was paused is to notice that it is none any more before anything is sent. */
  #call(): Pick<KubeCall, 'deadlineMs' | 'signal' | 'beforeSend'> {
    const beforeSend = (): void => {
      if (!this.#options.isLeader()) throw new NotSent('no longer the leader');
    };
    return { deadlineMs, signal: this.#abort.signal, beforeSend };
  }

  async #create(tenant: TenantObject, { type, reason, action, note }: TenantEvent): Promise<string> {
    const { client, clock, instance } = this.#options;
    const { namespace, name, uid, resourceVersion } = tenant;
    const body = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { namespace, generateName: `${name.slice(0, 200)}-` },
      eventTime: microTime(clock.now()),
      type,
      reason,
      action,
      note,
      regarding: {
        apiVersion: 'omneo.io/v1alpha1',
        kind: 'OmneoTenant',
        namespace,
        name,
        uid,
        resourceVersion,
      },
      reportingController: 'omneo.io/gateway',
      reportingInstance: instance.slice(0, 128),
    };
    const answer = await client.request('POST', eventPath(namespace), { ...this.#call(), body });
    return stringOf(fieldsOf(fieldsOf(answer)['metadata'])['name']);
  }

  async #repeat(namespace: string, series: Series, id: string): Promise<void> {
    const { client, clock } = this.#options;
    this.#series.delete(id);
    await client.request('PATCH', eventPath(namespace, series.name), {
      body: { series: { count: series.count, lastObservedTime: microTime(clock.now()) } },
      contentType: 'application/merge-patch+json',
      ...this.#call(),
    });
    // If it failed, the Event may be gone, and what happens next makes a new one.
    this.#series.set(id, series);
  }
}
