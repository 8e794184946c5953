import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Observe } from './observe.ts';
import type { RestartReason } from './restart.ts';

type Options = Readonly<{
  clock: Clock;
  log: Log;
  observe: Pick<Observe, 'contact' | 'synced' | 'restarted'>;
}>;

/** Failures in a row after which an operator is told. */
const outageAfter = 3;

/** What is known of the connection to one collection: when it was last heard of, and whether it is out of reach. */
export class Contact {
  readonly #options: Options;
  readonly #all: ContactsOf;
  #last = 0;
  #isOut = false;
  #synced = false;

  constructor(options: Options, all: ContactsOf) {
    this.#options = options;
    this.#all = all;
  }

  /** Milliseconds since the epoch; 0: never. */
  get last(): number {
    return this.#last;
  }

  get synced(): boolean {
    return this.#synced;
  }

  heard(): void {
    const { clock, log, observe } = this.#options;
    this.#last = clock.now();
    const { resource } = this.#all;
    observe.contact(resource, this.#all.oldest() / 1000);
    if (!this.#isOut) return;
    this.#isOut = false;
    log.info({ resource }, 'the Kubernetes API is back');
  }

  completed(): void {
    this.#synced = true;
    this.#options.observe.synced(this.#all.resource, this.#all.synced());
  }

  restarted(reason: RestartReason, failures: number, error: string): void {
    const { log, observe } = this.#options;
    const { resource } = this.#all;
    observe.restarted(resource, reason);
    log.debug({ resource, reason, error }, 'reflector restarts');
    if (failures !== outageAfter) return;
    this.#isOut = true;
    log.warn(
      { resource, reason, error },
      'the Kubernetes API is out of reach; what is known goes on being served',
    );
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
