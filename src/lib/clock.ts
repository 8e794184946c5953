import { setTimeout as wait } from 'node:timers/promises';

/** Time as the gateway uses it; passed in, so that tests decide what time it is. */
export type Clock = Readonly<{
  /** Milliseconds since the epoch: for what leaves the process (logs, dates). May jump. */
  now: () => number;
  /** Milliseconds since some fixed moment: for leases, deadlines and caches. Never jumps back. */
  monotonic: () => number;
  /** Resolves after `ms` milliseconds; does not keep the process alive. */
  sleep: (ms: number) => Promise<void>;
  /** Calls `run` after `ms` milliseconds unless it is cancelled; does not keep the process alive. */
  after: (ms: number, run: () => void) => () => void;
}>;

/** The machine's own clock. */
export const systemClock: Clock = Object.freeze({
  now: Date.now,
  monotonic: performance.now.bind(performance),
  sleep: (ms: number) => wait(ms, undefined, { ref: false }),
  after: (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms).unref();
    return () => {
      clearTimeout(timer);
    };
  },
});
