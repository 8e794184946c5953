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
  readonly #resources = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  failed(contact: Contact, { reason, failures, error }: Failure): void {
    this.#failing.add(contact);
    if (failures !== outageAfter || this.#out.has(contact)) return;
    const gone = [...this.#failing].filter((each) => !this.#out.has(each));
    const resources = namesOf(gone);
    for (const each of gone) this.#out.add(each);
    for (const name of resources) this.#resources.add(name);
    this.#log.warn(
      { resources, reason, error },
      'the Kubernetes API cannot be followed; what is known goes on being served',
    );
  }

  heard(contact: Contact): void {
    this.#failing.delete(contact);
    if (!this.#out.delete(contact) || this.#out.size > 0) return;
    const resources = [...this.#resources].sort();
    this.#resources.clear();
    this.#log.info({ resources }, 'the Kubernetes API is back');
  }
}

function namesOf(contacts: readonly Contact[]): readonly string[] {
  return [...new Set(contacts.map(({ resource }) => resource))].sort();
}
