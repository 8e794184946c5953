import type { Clock } from '../../../src/lib/clock.ts';
import type { World } from './world.ts';

/** One simulated process: it can be paused, while its clock and the world go on, and it can be gone. */
export class Process {
  readonly clock: Clock;
  readonly #world: World;
  #awakeAt = 0;
  #crashed = false;

  /** `skew`: how far its monotonic clock is from the world's. */
  constructor(world: World, skew: number) {
    this.#world = world;
    this.clock = {
      now: () => world.now,
      monotonic: () => world.now + skew,
      sleep: (ms) =>
        new Promise((resolve) => {
          this.after(ms, resolve);
        }),
      after: (ms, run) => {
        let cancelled = false;
        this.after(ms, () => {
          if (!cancelled) run();
        });
        return () => {
          cancelled = true;
        };
      },
    };
  }

  /** Runs something in this process `ms` from now: when it is awake then or next, and never if it is gone. */
  after(ms: number, run: () => void): void {
    this.#world.after(ms, () => {
      if (this.#crashed) return;
      if (this.#world.now < this.#awakeAt) this.after(this.#awakeAt - this.#world.now, run);
      else run();
    });
  }

  pause(ms: number): void {
    this.#awakeAt = Math.max(this.#awakeAt, this.#world.now + ms);
  }

  crash(): void {
    this.#crashed = true;
  }
}
