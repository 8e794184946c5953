import type { Clock } from '../../../lib/clock.ts';
import { errorNames } from '../../../lib/log.ts';
import { Backoff } from '../../../lib/backoff.ts';
import type { Contact } from './contact.ts';
import { afterFault, relistMs, Restart, wasStable, watchTimes } from './restart.ts';

type Options = Readonly<{
  contact: Pick<Contact, 'restarted'>;
  clock: Clock;
  random: () => number;
}>;

const usualPageSize = 500;

/** A reflector from start to stop. Two never touch each other: each has its own signal, and state of its own. */
export class Run {
  readonly abort = new AbortController();
  /** Where the watch goes on; absent: list first. */
  resourceVersion: string | undefined;
  pageSize: number | undefined = usualPageSize;
  readonly #options: Options;
  readonly #backoff: Backoff;
  #relistAt = 0;
  #openedAt: number | undefined;

  constructor(options: Options) {
    this.#options = options;
    this.#backoff = new Backoff({ baseMs: 250, capMs: 10_000, random: options.random });
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  /** Whether it is time to list again. */
  get isDue(): boolean {
    return this.#options.clock.monotonic() >= this.#relistAt;
  }

  /** The next list or watch begins. */
  begin(): void {
    this.#openedAt = undefined;
  }

  /** The list came to its end; it is whole if its handler could take all of it. */
  listed(resourceVersion: string, isWhole: boolean): void {
    const { clock, random } = this.#options;
    this.resourceVersion = resourceVersion;
    // What was small enough once stays: the next list is of the same objects.
    this.pageSize ??= usualPageSize;
    this.#relistAt = clock.monotonic() + relistMs(isWhole, random);
  }

  /** The times of a watch that opens now. */
  watchTimes(): ReturnType<typeof watchTimes> {
    const { clock, random } = this.#options;
    return watchTimes(this.#relistAt - clock.monotonic(), random);
  }

  /** The watch is open. */
  opened(): void {
    this.#openedAt = this.#options.clock.monotonic();
  }

  /** The watch ended as it should: goes on at once, unless that happens all the time. Milliseconds to wait. */
  ended(): number {
    const isStable = this.#resetIfStable();
    if (isStable || this.isDue) return 0;
    return this.signal.aborted ? 0 : this.failed(new Restart('closed'));
  }

  /** A list or a watch failed. Milliseconds to wait. */
  failed(error: unknown): number {
    this.#resetIfStable();
    const { resourceVersion, pageSize } = this;
    const next = afterFault(error, { resourceVersion, pageSize, openedAt: this.#openedAt });
    this.resourceVersion = next.resourceVersion;
    this.pageSize = next.pageSize;
    const waitMs = this.#backoff.next(next.atLeastMs);
    this.#options.contact.restarted(next.reason, this.#backoff.failures, errorNames(error));
    return waitMs;
  }

  #resetIfStable(): boolean {
    const isStable = wasStable(this.#openedAt, this.#options.clock.monotonic());
    if (isStable) this.#backoff.reset();
    return isStable;
  }
}
