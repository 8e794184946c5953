import type { Clock } from '../../../lib/clock.ts';
import type { Log } from '../../../lib/log.ts';
import type { Observe } from '../observe.ts';
import type { Resource } from '../api/resources.ts';
import type { RestartReason } from './restart.ts';

type Options = Readonly<{
  clock: Clock;
  log: Log;
  observe: Pick<Observe, 'contact' | 'synced' | 'restarted'>;
  /** Of all collections together. */
  outage: Outage;
}>;

/** The contact with one collection: when the API last sent something of it, and whether all of it was listed. */
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

  /** The API sent something. */
  record(): void {
    const { clock, observe, outage } = this.#options;
    this.#last = clock.now();
    observe.contact(this.collection, this.#last / 1000);
    outage.recovered(this);
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

type Failure = Readonly<{ reason: RestartReason; failures: number; error: string }>;

/** Failures in a row after which the log warns. */
const outageAfter = 3;

/**
 * Logs when the Kubernetes API cannot be followed: one line when that begins, with all the collections that fail at
 * that moment, and one when the last of them is back. A collection that fails later has a line of its own.
 */
export class Outage {
  readonly #log: Log;
  /** Without contact since they failed. */
  readonly #failing = new Set<Contact>();
  /** Logged, and without contact since. */
  readonly #out = new Set<Contact>();
  readonly #logged = new Set<Contact>();

  constructor(log: Log) {
    this.#log = log;
  }

  failed(contact: Contact, { reason, failures, error }: Failure): void {
    this.#failing.add(contact);
    if (failures !== outageAfter || this.#out.has(contact)) return;
    const gone = [...this.#failing].filter((each) => !this.#out.has(each));
    for (const each of gone) {
      this.#out.add(each);
      this.#logged.add(each);
    }
    this.#log.warn(
      { ...namesOf(gone), reason, error },
      'the Kubernetes API cannot be followed; what is known goes on being served',
    );
  }

  recovered(contact: Contact): void {
    this.#failing.delete(contact);
    if (!this.#out.delete(contact) || this.#out.size > 0) return;
    const names = namesOf([...this.#logged]);
    this.#logged.clear();
    this.#log.info(names, 'the Kubernetes API is back');
  }
}

/** Of resources, and of namespaces unless it is the whole cluster that is watched. */
function namesOf(contacts: readonly Contact[]): Readonly<Record<string, readonly string[]>> {
  const resources = contacts.map(({ collection }) => collection.name);
  const namespaces = contacts.map(({ collection }) => collection.namespace).filter((name) => name !== '');
  const sorted = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();
  return {
    resources: sorted(resources),
    ...(namespaces.length > 0 && { namespaces: sorted(namespaces) }),
  };
}
