import type { Clock } from '../../../lib/clock.ts';
import type { Log } from '../../../lib/log.ts';

type Options = Readonly<{ clock: Clock; log: Log }>;

/** Until when this replica leads. Listeners are notified when it begins to, and when it ceases to. */
export class Leadership {
  readonly #options: Options;
  readonly #listeners: ((leading: boolean) => void)[] = [];
  #until = -Infinity;
  #announced = false;
  #cancelExpiry: () => void = () => undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** False as soon as its time is up, even if nothing else has noticed yet. */
  readonly isHeld = (): boolean => this.#options.clock.monotonic() < this.#until;

  /** Calls `listener` when it begins, and when it ends. */
  onChange(listener: (leading: boolean) => void): void {
    this.#listeners.push(listener);
  }

  /** It lasts until this moment on the monotonic clock. */
  hold(until: number): void {
    const { clock } = this.#options;
    this.#until = until;
    this.#cancelExpiry();
    const left = until - clock.monotonic();
    this.#cancelExpiry =
      left > 0
        ? clock.after(left, () => {
            this.#expire();
          })
        : () => undefined;
    this.announce();
  }

  /** A timer may be early by a millisecond, and nothing else may come to announce it. */
  #expire(): void {
    if (this.isHeld()) this.hold(this.#until);
    else this.announce();
  }

  /** It is over now. */
  end(): void {
    this.hold(-Infinity);
  }

  /** Notifies the listeners of a change, once. */
  announce(): void {
    const leading = this.isHeld();
    if (leading === this.#announced) return;
    this.#announced = leading;
    this.#options.log.info({ leading }, leading ? 'leads from now on' : 'leads no longer');
    for (const listener of this.#listeners) listener(leading);
  }
}
