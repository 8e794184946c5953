import type { Clock } from '../../../lib/clock.ts';
import { errorNames, type Log } from '../../../lib/log.ts';
import { ApiError } from '../api/apierror.ts';
import type { KubeClient } from '../api/client.ts';
import { TimeoutSignal } from '../api/timeoutsignal.ts';
import { type Lease, leaseBody, leaseOf, released } from './lease.ts';
import { leasePath } from '../api/resources.ts';

type Options = Readonly<{
  client: KubeClient;
  namespace: string;
  name: string;
  clock: Clock;
  log: Log;
  /** The deadline of a call, in milliseconds. */
  callMs: number;
}>;

const releaseDeadlineMs = 2_000;

/** The lease as it lies in the API. */
export class LeaseClient {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Undefined if there is none. */
  async read(signal: AbortSignal): Promise<Lease | undefined> {
    const { client, namespace, name, callMs } = this.#options;
    try {
      return leaseOf(await client.request('GET', leasePath(namespace, name), { signal, deadlineMs: callMs }));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Writes it, unless somebody else has since it was read; returns it as it is then. */
  async write(lease: Lease, signal: AbortSignal): Promise<Lease> {
    const { client, namespace, name, callMs } = this.#options;
    const call = { body: leaseBody({ namespace, name }, lease), deadlineMs: callMs, signal };
    const isNew = lease.resourceVersion === '';
    const path = leasePath(namespace, isNew ? undefined : name);
    return leaseOf(await client.request(isNew ? 'POST' : 'PUT', path, call));
  }

  /** Lets it go if it is in the hands of `holder`. */
  async release(holder: string): Promise<void> {
    const { clock, log } = this.#options;
    const deadline = new TimeoutSignal(clock, releaseDeadlineMs);
    try {
      const lease = await this.read(deadline.signal);
      if (lease?.holder === holder) await this.write(released(lease, clock.now()), deadline.signal);
    } catch (error) {
      log.info({ error: errorNames(error) }, 'lease was not let go; it runs out by itself');
    } finally {
      deadline.clear();
    }
  }
}
