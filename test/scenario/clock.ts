import { type Clock, systemClock } from '../../src/lib/clock.ts';

/** The machine's clock, which can be put forward: hours between two retries take no time. */
export type LeapingClock = Clock & Readonly<{ leap: (ms: number) => void }>;

export function leapingClock(): LeapingClock {
  let leapt = 0;
  return {
    ...systemClock,
    now: () => systemClock.now() + leapt,
    monotonic: () => systemClock.monotonic() + leapt,
    leap: (ms) => {
      leapt += ms;
    },
  };
}

/** A clock by which everything takes `times` as long as by the machine's: its seconds are soon over. */
export function fastClock(times: number): Clock {
  return {
    now: systemClock.now,
    monotonic: () => systemClock.monotonic() * times,
    sleep: (ms) => systemClock.sleep(ms / times),
    after: (ms, run) => systemClock.after(ms / times, run),
  };
}
