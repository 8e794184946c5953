/**
 * Loaded before the program that is measured, in its process: answers what only the inside knows. It does nothing
 * until it is asked.
 */
import { Session } from 'node:inspector/promises';
import { AllocationCount } from './allocation.ts';
import type { AllocationProfile, Profile } from './breakdown.ts';
import { type Inside, Observation } from './inside.ts';

export type Question =
  | 'usage'
  | 'heap'
  | 'watch'
  | 'watched'
  | 'observe'
  | 'observed'
  | 'allocate'
  | 'allocated'
  | 'sample'
  | 'sampled'
  | 'profile'
  | 'profiled';

export type Usage = Readonly<{ cpuSeconds: number; rss: number }>;

/** Bytes that are in use after a collection, on V8's heap and beside it. */
export type Heap = Readonly<{ heap: number; external: number }>;

let longestMs = 0;
let turning = false;
let session: Session | undefined;
let observation: Observation | undefined;
let allocation: AllocationCount | undefined;

process.on('message', (question: Question) => {
  void answer(question).then((found) => process.send?.(found));
});
// The program must end as if nobody had been listening.
process.channel?.unref();

type Answer =
  Usage | Heap | { longestMs: number } | Inside | { bytes: number } | Profile | AllocationProfile | undefined;

async function answer(question: Question): Promise<Answer> {
  switch (question) {
    case 'usage': {
      const { user, system } = process.cpuUsage();
      return { cpuSeconds: (user + system) / 1e6, rss: process.memoryUsage.rss() };
    }
    case 'heap': {
      for (let each = 0; each < 3; each++) globalThis.gc?.();
      const { heapUsed, external } = process.memoryUsage();
      return { heap: heapUsed, external };
    }
    case 'watch':
      longestMs = 0;
      turning = true;
      turn(performance.now());
      return { longestMs };
    case 'watched':
      turning = false;
      return { longestMs };
    case 'observe':
      observation = new Observation();
      return { longestMs };
    case 'observed':
      return observation?.stop();
    case 'allocate':
      allocation = new AllocationCount();
      return { longestMs };
    case 'allocated':
      return { bytes: allocation?.stop() ?? Number.NaN };
    case 'sample':
      session = new Session();
      session.connect();
      await session.post('HeapProfiler.enable');
      // What is collected meanwhile counts: nearly all of a webhook is.
      await session.post('HeapProfiler.startSampling', {
        samplingInterval: 4096,
        includeObjectsCollectedByMajorGC: true,
        includeObjectsCollectedByMinorGC: true,
      });
      return { longestMs };
    case 'sampled': {
      const found = await session?.post('HeapProfiler.stopSampling');
      session?.disconnect();
      return found?.profile;
    }
    case 'profile':
      session = new Session();
      session.connect();
      await session.post('Profiler.enable');
      await session.post('Profiler.start');
      return { longestMs };
    case 'profiled': {
      const found = await session?.post('Profiler.stop');
      session?.disconnect();
      return found?.profile as Profile;
    }
  }
}

/** Turns the event loop all the time; the longest turn is how long something else would have had to wait. */
function turn(last: number): void {
  setImmediate(() => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last);
    if (turning) turn(now);
  });
}
