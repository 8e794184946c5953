import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../../lib/clock.ts';
import { errorNames, type Log } from '../../../lib/log.ts';
import { ApiError } from '../api/apierror.ts';
import { between } from '../../../lib/backoff.ts';
import type { KubeClient } from '../api/client.ts';
import { pause } from '../api/timeoutsignal.ts';
import type { Leadership } from './leadership.ts';
import { heartbeat, held, type Lease } from './lease.ts';
import { LeaseClient } from './leaseclient.ts';

type Annotations = Lease['annotations'];

/** Annotations by which replicas share what they know: each of them reads the lease every few seconds anyway. */
export type SharedAnnotations = Readonly<{
  read: (annotations: Annotations) => void;
  /** The annotations that this replica wants the lease to have. */
  write: (annotations: Annotations, isLeader: boolean) => Annotations;
}>;

export type LeaderTimes = Readonly<{
  /** After this time without a sign of life others take the lease. */
  leaseMs: number;
  /** After this time without a renewal the leader ceases to be it; well before the others take over. */
  renewMs: number;
  /** Between two looks at the lease, and between two renewals. */
  lookMs: number;
  /** After a look or a renewal that failed. */
  retryMs: number;
}>;

type Options = Readonly<{
  client: KubeClient;
  namespace: string;
  name: string;
  /** Of this process alone: a name that another start could have would make both of them leader. */
  identity: string;
  shared: SharedAnnotations;
  leadership: Leadership;
  clock: Clock;
  random: () => number;
  log: Log;
  times?: LeaderTimes;
}>;

/** Longer than client-go's 15, 10 and 2 s, so that an idle replica asks less than ten times a minute. */
const defaults: LeaderTimes = { leaseMs: 20_000, renewMs: 15_000, lookMs: 6_000, retryMs: 2_000 };

/**
 * One of the replicas is the leader, by a Lease. Whether its holder is alive is decided by how long ago this process
 * saw the lease change, never by the times in it: clocks differ.
 */
export class Leader {
  readonly #options: Options;
  readonly #times: LeaderTimes;
  readonly #leases: LeaseClient;
  #abort: AbortController | undefined;
  #done: Promise<void> = Promise.resolve();
  #seen = { heartbeat: '', dueAt: Infinity };
  /** The fault that was warned of last; '' if there was none since the last success. */
  #warned = '';
  /** As this leader wrote it; nobody else touched it as long as its version stands. */
  #written: Lease | undefined;

  constructor(options: Options) {
    this.#options = options;
    this.#times = options.times ?? defaults;
    // A call that hangs must leave time for another one.
    this.#leases = new LeaseClient({ ...options, callMs: this.#times.renewMs / 3 });
  }

  start(): void {
    if (this.#abort) return;
    this.#abort = new AbortController();
    this.#done = this.#loop(this.#abort.signal);
  }

  /** Ends the part of this replica; the lease is let go, so that another one takes over at once. */
  async stop(): Promise<void> {
    this.#abort?.abort();
    this.#abort = undefined;
    await this.#done;
    const { leadership, identity } = this.#options;
    const wasLeader = leadership.isHeld();
    leadership.end();
    if (wasLeader) await this.#leases.release(identity);
  }

  async #loop(signal: AbortSignal): Promise<void> {
    const { clock, random, leadership } = this.#options;
    while (!signal.aborted) {
      let restMs = this.#times.retryMs;
      try {
        await this.#turn(signal);
        restMs = this.#untilNextLook();
        this.#warned = '';
      } catch (error) {
        this.#logFault(error);
      }
      leadership.announce();
      await pause(clock, between(restMs, 1.2 * restMs, random), signal);
    }
  }

  /** A fault that somebody has to correct is warned of once. An outage is logged elsewhere. */
  #logFault(error: unknown): void {
    const { log, namespace, name } = this.#options;
    const [lease, names] = [`${namespace}/${name}`, errorNames(error)];
    const isNew = error instanceof ApiError && error.isClean && names !== this.#warned;
    if (isNew) this.#warned = names;
    log[isNew ? 'warn' : 'debug']({ lease, error: names }, 'lease could not be read or written');
  }

  /** Sooner than usual if the holder's lease runs out before. */
  #untilNextLook(): number {
    const { lookMs, retryMs } = this.#times;
    const untilDue = this.#seen.dueAt - this.#options.clock.monotonic();
    return Math.min(lookMs, Math.max(retryMs, untilDue));
  }

  async #turn(signal: AbortSignal): Promise<void> {
    if (!(await this.#renewAsWritten(signal))) await this.#look(signal);
  }

  /** Renews without a look at the lease first. False if it is not this leader's to renew, or was changed since. */
  async #renewAsWritten(signal: AbortSignal): Promise<boolean> {
    const { leadership, shared } = this.#options;
    const lease = this.#written;
    if (lease === undefined || !leadership.isHeld()) return false;
    shared.read(lease.annotations);
    try {
      await this.#take(lease, signal);
      return true;
    } catch (error) {
      if (error instanceof ApiError && [404, 409].includes(error.status)) return false;
      throw error;
    }
  }

  /** Reads the lease and takes, renews or leaves it. */
  async #look(signal: AbortSignal): Promise<void> {
    const { identity, shared, leadership } = this.#options;
    const lease = await this.#leases.read(signal);
    this.#watch(lease);
    if (lease) shared.read(lease.annotations);
    if (lease && lease.holder !== identity) leadership.end();
    if (this.#isFree(lease)) await this.#take(lease, signal);
    else if (lease) await this.#share(lease, signal);
  }

  #isFree(lease: Lease | undefined): boolean {
    if (!lease || lease.holder === '' || lease.holder === this.#options.identity) return true;
    return this.#options.clock.monotonic() >= this.#seen.dueAt;
  }

  /** Remembers when the lease was last seen to change. */
  #watch(lease: Lease | undefined): void {
    const beat = lease ? heartbeat(lease) : '';
    if (beat === this.#seen.heartbeat) return;
    const at = this.#options.clock.monotonic();
    this.#seen = { heartbeat: beat, dueAt: at + (lease?.durationMs ?? Infinity) };
  }

  async #take(lease: Lease | undefined, signal: AbortSignal): Promise<void> {
    const { identity, shared, clock, leadership } = this.#options;
    const next = held(lease, identity, { now: clock.now(), durationMs: this.#times.leaseMs });
    // From before the request: the others may count from the moment that it arrives.
    const sentAt = clock.monotonic();
    this.#written = undefined;
    const annotations = shared.write(next.annotations, true);
    this.#written = await this.#leases.write({ ...next, annotations }, signal);
    this.#watch(this.#written);
    if (!signal.aborted) leadership.hold(sentAt + this.#times.renewMs);
  }

  /** A replica that does not lead writes its annotation, and changes nothing else. */
  async #share(lease: Lease, signal: AbortSignal): Promise<void> {
    const annotations = this.#options.shared.write(lease.annotations, false);
    if (!isDeepStrictEqual(annotations, lease.annotations))
      await this.#leases.write({ ...lease, annotations }, signal);
  }
}
