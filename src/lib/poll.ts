import type { Clock } from './clock.ts';

type Parts = Readonly<{
  clock: Pick<Clock, 'after'>;
  /** From the end of one look to the next, in milliseconds. */
  everyMs: number;
  /** One look, which handles its own failures. */
  look: () => Promise<void>;
}>;

/** Looks at something now and then, one look at a time: one that hangs holds up the next look and nothing else. */
export class Poll {
  readonly #parts: Parts;
  #cancel: (() => void) | undefined;
  #isStopped = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Looks in so many milliseconds, and then again and again until it is stopped. */
  startIn(ms: number): void {
    this.#cancel = this.#parts.clock.after(ms, () => void this.#look());
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  async #look(): Promise<void> {
    await this.#parts.look();
    if (!this.#isStopped) this.startIn(this.#parts.everyMs);
  }
}
