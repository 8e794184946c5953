import type { Clock } from '../../../lib/clock.ts';
import type { Log } from '../../../lib/log.ts';
import type { Observe } from '../observe.ts';
import type { Outage } from './outage.ts';
import type { RestartReason } from './restart.ts';

type Options = Readonly<{
  clock: Clock;
  log: Log;
  observe: Pick<Observe, 'contact' | 'synced' | 'restarted'>;
  /** Of all resources together. */
  outage: Outage;
}>;

/** What is known of the connection to one collection: when it was last heard of, and whether all of it was listed. */
export class Contact {
  readonly #options: Options;
  readonly #all: ContactsOf;
  #last = 0;
  #synced = false;

  constructor(options: Options, all: ContactsOf) {
    this.#options = options;
    this.#all = all;
  }

  get resource(): string {
    return this.#all.resource;
  }

  /** Milliseconds since the epoch; 0: never. */
  get last(): number {
    return this.#last;
  }

  get synced(): boolean {
    return this.#synced;
  }

  heard(): void {
    const { clock, observe, outage } = this.#options;
    this.#last = clock.now();
    observe.contact(this.resource, this.#all.oldest() / 1000);
    outage.heard(this);
  }

  completed(): void {
    this.#synced = true;
    this.#options.observe.synced(this.resource, this.#all.synced());
  }

  restarted(reason: RestartReason, failures: number, error: string): void {
    const { log, observe, outage } = this.#options;
    observe.restarted(this.resource, reason);
    log.debug({ resource: this.resource, reason, error }, 'reflector restarts');
    outage.failed(this, { reason, failures, error });
  }
}

/** The contacts of one resource, of which there is one a namespace: the metrics tell of the worst. */
export class ContactsOf {
  readonly resource: string;
  readonly #options: Options;
  readonly #contacts: Contact[] = [];

  constructor(resource: string, options: Options) {
    this.resource = resource;
    this.#options = options;
    options.observe.synced(resource, false);
  }

  add(): Contact {
    const contact = new Contact(this.#options, this);
    this.#contacts.push(contact);
    return contact;
  }

  oldest(): number {
    return Math.min(...this.#contacts.map(({ last }) => last));
  }

  synced(): boolean {
    return this.#contacts.every((contact) => contact.synced);
  }
}
