/** Counts what a gateway could leak without anybody seeing it: timers, and listeners on signals. */
import { createHook } from 'node:async_hooks';
import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Every timer of the gateway is set in this file. Those of libraries live and die with connections. */
const clockFile = '/src/lib/clock.ts';

/** Counts the timers that the gateway in this process sets from now on; what it returns says how many there are. */
export function countTimers(): () => number {
  const timers = new Set<number>();
  createHook({
    init: (id, type) => {
      if (type === 'Timeout' && new Error().stack?.includes(clockFile)) timers.add(id);
    },
    destroy: (id) => {
      timers.delete(id);
    },
  }).enable();
  return () => timers.size;
}

/** Counts the listeners on AbortSignals that are added from now on, as long as something holds the signal. */
export function countListeners(): Readonly<{ count: () => number; end: () => void }> {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const signals = new Set<WeakRef<AbortSignal>>();
  const known = new WeakSet<AbortSignal>();
  const add = Reflect.get<EventTarget, 'addEventListener'>(EventTarget.prototype, 'addEventListener');
  EventTarget.prototype.addEventListener = function (this: EventTarget, ...args) {
    if (this instanceof AbortSignal && !known.has(this)) {
      known.add(this);
      signals.add(new WeakRef(this));
    }
    add.apply(this, args);
  };
  return {
    count: () => {
      collectGarbage();
      const alive = [...signals]
        .map((reference) => reference.deref())
        .filter((signal) => signal !== undefined);
      return alive.reduce((sum, signal) => sum + getEventListeners(signal, 'abort').length, 0);
    },
    end: () => {
      EventTarget.prototype.addEventListener = add;
    },
  };
}
