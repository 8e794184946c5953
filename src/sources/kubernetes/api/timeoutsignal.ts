import type { Clock } from '../../../lib/clock.ts';

/** A signal that fires when its time is up or with its parent's. Cleared, it leaves no timer and no listener. */
export class TimeoutSignal {
  readonly #clock: Clock;
  readonly #controller = new AbortController();
  readonly #unlink: () => void;
  #cancel: () => void = () => undefined;
  #expired = false;

  constructor(clock: Clock, ms: number, parent?: AbortSignal) {
    this.#clock = clock;
    const follow = (): void => {
      this.#controller.abort(parent?.reason);
    };
    parent?.addEventListener('abort', follow, { once: true });
    this.#unlink = () => parent?.removeEventListener('abort', follow);
    if (parent?.aborted) follow();
    this.restart(ms);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether it was the time, and not the parent, that fired the signal. */
  get expired(): boolean {
    return this.#expired;
  }

  /** Counts from now. */
  restart(ms: number): void {
    this.#cancel();
    if (this.signal.aborted) return;
    this.#cancel = this.#clock.after(ms, () => {
      this.#expired = true;
      this.#controller.abort();
    });
  }

  /** From now on only the parent can fire the signal. */
  lift(): void {
    this.#cancel();
  }

  clear(): void {
    this.#cancel();
    this.#unlink();
  }
}

/** Waits; ends early, without an error, when the signal fires. */
export async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || ms <= 0) return;
  const deadline = new TimeoutSignal(clock, ms, signal);
  await new Promise<void>((resolve) => {
    deadline.signal.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true },
    );
  });
  deadline.clear();
}
