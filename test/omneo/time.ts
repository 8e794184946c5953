import type { Clock } from '../../src/lib/clock.ts';

/** A clock that stands still until it is set. */
export type ManualClock = Clock &
  Readonly<{
    /** Lets time pass: whatever falls due in between is run, in order. */
    advance: (ms: number) => void;
    /** Lets time pass as for a paused process, whose timers have not run yet when it wakes. */
    skip: (ms: number) => void;
  }>;

export function manualClock(): ManualClock {
  let passed = 0;
  const timers = new Set<{ at: number; run: () => void }>();
  const after = (ms: number, run: () => void): (() => void) => {
    const timer = { at: passed + ms, run };
    timers.add(timer);
    return () => {
      timers.delete(timer);
    };
  };
  const runDue = (): void => {
    const due = [...timers].filter(({ at }) => at <= passed).sort((a, b) => a.at - b.at);
    for (const timer of due) {
      timers.delete(timer);
      timer.run();
    }
  };
  return {
    now: () => Date.UTC(2026, 0, 1) + passed,
    monotonic: () => passed,
    sleep: (ms) =>
      new Promise((resolve) => {
        after(ms, resolve);
      }),
    after,
    advance: (ms) => {
      passed += ms;
      runDue();
    },
    skip: (ms) => {
      passed += ms;
    },
  };
}
