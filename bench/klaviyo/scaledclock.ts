import type { Clock } from '../../src/lib/clock.ts';

/** Time in which a minute takes `minuteMs` milliseconds, and which can be put forward where nothing happens. */
export class ScaledClock {
  readonly #clock: Pick<Clock, 'monotonic' | 'after'>;
  readonly #factor: number;
  readonly #begun: number;
  #leapt = 0;

  constructor(minuteMs: number, clock: Pick<Clock, 'monotonic' | 'after'>) {
    this.#clock = clock;
    this.#factor = 60_000 / minuteMs;
    this.#begun = clock.monotonic();
  }

  /** Scaled milliseconds since the start. */
  now(): number {
    return (this.#clock.monotonic() - this.#begun) * this.#factor + this.#leapt;
  }

  /** Calls `run` at a moment of this clock, and gives what cancels that. */
  at(moment: number, run: () => void): () => void {
    return this.#clock.after(Math.max(0, moment - this.now()) / this.#factor, run);
  }

  /** Puts it forward to a moment; never back. */
  leapTo(moment: number): void {
    this.#leapt += Math.max(0, moment - this.now());
  }
}
