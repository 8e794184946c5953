import timers from 'node:timers/promises';
import { syncBuiltinESMExports } from 'node:module';

/** The timers of this process. While they are held none fires: one that is due starts again. */
export class Timers {
  #isHeld = false;

  /** Takes the place of Node's own; what was set before cannot be held. */
  constructor() {
    const { setTimeout: set } = globalThis;
    const { setTimeout: sleep } = timers;
    const held = <A extends unknown[]>(run: (...args: A) => void, ms?: number, ...args: A) => {
      const timer = set(() => {
        if (this.#isHeld) timer.refresh();
        else run(...args);
      }, ms);
      return timer;
    };
    const heldSleep = async <T>(...args: Parameters<typeof sleep<T>>): Promise<T> => {
      const value = await sleep<T>(...args);
      return this.#isHeld ? heldSleep(...args) : value;
    };
    Object.assign(globalThis, { setTimeout: Object.assign(held, set) });
    Object.assign(timers, { setTimeout: heldSleep });
    syncBuiltinESMExports();
  }

  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
  }
}
