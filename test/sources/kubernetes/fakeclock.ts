import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../../src/lib/clock.ts';

type Timer = { at: number; run: () => void };

/** A clock that goes when a test advances it. Its timers can be counted, so that a forgotten one shows. */
export class FakeClock implements Clock {
  #monotonic = 1000;
  #offset = Date.parse('2026-11-23T00:00:00Z');
  readonly #timers = new Set<Timer>();

  get timers(): number {
    return this.#timers.size;
  }

  now = (): number => this.#offset + this.#monotonic;
  monotonic = (): number => this.#monotonic;

  after = (ms: number, run: () => void): (() => void) => {
    const timer = { at: this.#monotonic + ms, run };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  };

  sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      this.after(ms, resolve);
    });

  /** The wall clock jumps; the monotonic one does not notice. */
  jump(ms: number): void {
    this.#offset += ms;
  }

  /** Time passes while nobody runs, as for a process that is stopped: timers fire late, after `wake`. */
  freeze(ms: number): void {
    this.#monotonic += ms;
  }

  advance(ms: number): void {
    const end = this.#monotonic + ms;
    for (;;) {
      const next = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers.delete(next);
      this.#monotonic = Math.max(this.#monotonic, next.at);
      next.run();
    }
    this.#monotonic = Math.max(this.#monotonic, end);
  }

  /** Lets time pass in small steps, with room for real I/O between them, until something is the case. */
  async until(isTrue: () => boolean, { stepMs = 0, what = 'it' } = {}): Promise<void> {
    const giveUp = performance.now() + 15_000;
    while (!isTrue()) {
      if (performance.now() > giveUp) throw new Error(`${what} did not come about: ${isTrue.toString()}`);
      if (stepMs > 0) this.advance(stepMs);
      await wait(1);
    }
  }

  /** Lets real I/O happen without the clock going on. */
  settle = async (turns = 10): Promise<void> => {
    for (let turn = 0; turn < turns; turn++) await wait(1);
  };
}
