import type { Clock } from '../../../lib/clock.ts';
import { errorNames, type Log } from '../../../lib/log.ts';
import { type Call, type Client, NotSent } from '../api/client.ts';
import { fieldsOf, textOf } from '../api/json.ts';
import { microTime } from '../election/lease.ts';
import { eventPath } from '../api/resources.ts';
import type { RecentFaults } from '../recentfaults.ts';
import type { TenantObject } from './tenantobject.ts';
import type { Occurrence } from './transitions.ts';

type Options = Readonly<{
  client: Client;
  clock: Clock;
  log: Log;
  recentFaults: RecentFaults;
  isLeader: () => boolean;
  instance: string;
}>;

type Series = { name: string; count: number; at: number };
type Pending = Readonly<{ tenant: TenantObject; occurrence: Occurrence }>;

/** As client-go has it: what happens again within this time is counted on the Event that is there. */
const seriesMs = 6 * 60_000;
/** Events are a courtesy: after a start with thousands of tenants some are better lost than late. */
const maxPending = 5_000;
const deadlineMs = 5_000;

/** Tells what happened to OmneoTenants as Events: one after the other, in the background, and only as the leader. */
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
  record(tenant: TenantObject, occurrence: Occurrence): void {
    if (!this.#options.isLeader() || this.#abort.signal.aborted) return;
    if (this.#pending.length >= maxPending) {
      if (!this.#isDropping)
        this.#options.log.warn({ pending: maxPending }, 'too many Events; some are dropped');
      this.#isDropping = true;
      return;
    }
    this.#pending.push({ tenant, occurrence });
    this.#done ??= this.#drain();
  }

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
        const { tenant, occurrence } = next;
        if (this.#abort.signal.aborted) break;
        if (error instanceof NotSent) {
          // The new leader tells what happens from now on.
          this.#pending = [];
          break;
        }
        const names = errorNames(error);
        log[recentFaults.isNew(names) ? 'warn' : 'debug'](
          { object: tenant.key, reason: occurrence.reason, error: names },
          'Event could not be written',
        );
      }
    }
    this.#isDropping = false;
    this.#done = undefined;
  }

  async #send({ tenant, occurrence }: Pending): Promise<void> {
    const now = this.#options.clock.monotonic();
    const id = `${tenant.uid} ${occurrence.type} ${occurrence.action} ${occurrence.reason}`;
    const series = this.#series.get(id);
    if (series && now - series.at < seriesMs) {
      await this.#repeat(tenant.namespace, { ...series, count: series.count + 1, at: now }, id);
      return;
    }
    for (const [old, { at }] of this.#series) if (now - at >= seriesMs) this.#series.delete(old);
    const name = await this.#create(tenant, occurrence);
    this.#series.set(id, { name, count: 1, at: now });
  }

  /** A leader that was paused is to notice that it is none any more before anything is sent. */
  #call(): Pick<Call, 'deadlineMs' | 'signal' | 'beforeSend'> {
    const beforeSend = (): void => {
      if (!this.#options.isLeader()) throw new NotSent('no longer the leader');
    };
    return { deadlineMs, signal: this.#abort.signal, beforeSend };
  }

  async #create(tenant: TenantObject, { type, reason, action, note }: Occurrence): Promise<string> {
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
    return textOf(fieldsOf(fieldsOf(answer)['metadata'])['name']);
  }

  async #repeat(namespace: string, series: Series, id: string): Promise<void> {
    const { client, clock } = this.#options;
    this.#series.delete(id);
    await client.request('PATCH', eventPath(namespace, series.name), {
      body: { series: { count: series.count, lastObservedTime: microTime(clock.now()) } },
      contentType: 'application/merge-patch+json',
      ...this.#call(),
    });
    // If it failed, the Event may be gone, and the next occurrence makes a new one.
    this.#series.set(id, series);
  }
}
