import type { Clock } from '../../src/lib/clock.ts';

/** A clock that stands still until it is told to move; for what neither sleeps nor sets timers. */
export class HandClock implements Clock {
  #at: number;

  constructor(at = 0) {
    this.#at = at;
  }

  readonly now = (): number => this.#at;
  readonly monotonic = (): number => this.#at;
  readonly sleep = (): Promise<void> => Promise.reject(new Error('this clock moves by hand'));
  readonly after = (): never => {
    throw new Error('this clock moves by hand');
  };

  advance(ms: number): void {
    this.#at += ms;
  }
}
