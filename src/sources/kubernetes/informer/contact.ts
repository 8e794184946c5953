import type { Clock } from '../../../lib/clock.ts';
import type { Log } from '../../../lib/log.ts';
import type { Observe } from '../observe.ts';
import type { Outage } from './outage.ts';
import type { Resource } from '../api/resources.ts';
import type { RestartReason } from './restart.ts';

type Options = Readonly<{
  clock: Clock;
  log: Log;
  observe: Pick<Observe, 'contact' | 'synced' | 'restarted'>;
  /** Of all collections together. */
  outage: Outage;
}>;

/** What is known of the connection to one collection: when it was last heard of, and whether all of it was listed. */
export class Contact {
  readonly #options: Options;
  readonly collection: Pick<Resource, 'name' | 'namespace'>;
  #last = 0;

  constructor(options: Options, collection: Pick<Resource, 'name' | 'namespace'>) {
    this.#options = options;
    this.collection = collection;
    options.observe.synced(collection, false);
  }

  /** Milliseconds since the epoch; 0: never. */
  get last(): number {
    return this.#last;
  }

  heard(): void {
    const { clock, observe, outage } = this.#options;
    this.#last = clock.now();
    observe.contact(this.collection, this.#last / 1000);
    outage.heard(this);
  }

  completed(): void {
    this.#options.observe.synced(this.collection, true);
  }

  restarted(reason: RestartReason, failures: number, error: string): void {
    const { log, observe, outage } = this.#options;
    const { name: resource, namespace } = this.collection;
    observe.restarted(this.collection, reason);
    log.debug({ resource, namespace, reason, error }, 'reflector restarts');
    outage.failed(this, { reason, failures, error });
  }
}
