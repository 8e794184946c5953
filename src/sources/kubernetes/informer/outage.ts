import type { Log } from '../../../lib/log.ts';
import type { Contact } from './contact.ts';
import type { RestartReason } from './restart.ts';

type Failure = Readonly<{ reason: RestartReason; failures: number; error: string }>;

/** Failures in a row after which an operator is told. */
const outageAfter = 3;

/**
 * Tells of the Kubernetes API when it cannot be followed: one line when that begins, with all the collections that fail
 * at that moment, and one when the last of them is back. A collection that goes later has a line of its own.
 */
export class Outage {
  readonly #log: Log;
  /** Not heard of since they failed. */
  readonly #failing = new Set<Contact>();
  /** Told of, and not heard of since. */
  readonly #out = new Set<Contact>();
  readonly #told = new Set<Contact>();

  constructor(log: Log) {
    this.#log = log;
  }

  failed(contact: Contact, { reason, failures, error }: Failure): void {
    this.#failing.add(contact);
    if (failures !== outageAfter || this.#out.has(contact)) return;
    const gone = [...this.#failing].filter((each) => !this.#out.has(each));
    for (const each of gone) {
      this.#out.add(each);
      this.#told.add(each);
    }
    this.#log.warn(
      { ...namesOf(gone), reason, error },
      'the Kubernetes API cannot be followed; what is known goes on being served',
    );
  }

  heard(contact: Contact): void {
    this.#failing.delete(contact);
    if (!this.#out.delete(contact) || this.#out.size > 0) return;
    const names = namesOf([...this.#told]);
    this.#told.clear();
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
