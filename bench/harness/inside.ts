/** What goes on in a program beside its answers, seen from inside: how late its event loop is, and what V8 collects. */
import { PerformanceObserver, monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';

export type Collections = Readonly<{ count: number; longestMs: number; totalMs: number }>;

export type Inside = Readonly<{
  /** Milliseconds by which the event loop came late. */
  delay: Readonly<{ p50: number; p99: number; most: number }>;
  /** Of every kind, with the program standing still. */
  collections: Collections;
}>;

/** How often the delay is looked at, in milliseconds; more often would keep an idle processor awake. */
const resolution = 5;

/** Observes from now on until it is stopped, once. */
export class Observation {
  readonly #delay = monitorEventLoopDelay({ resolution });
  readonly #durations: number[] = [];
  readonly #observer = new PerformanceObserver((list) => {
    this.#add(list.getEntries());
  });

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] });
    this.#delay.enable();
  }

  async stop(): Promise<Inside> {
    this.#delay.disable();
    // Node tells of a collection in the turn after it.
    await nextTurn();
    this.#add(this.#observer.takeRecords());
    this.#observer.disconnect();
    return { delay: this.#late(), collections: collectionsOf(this.#durations) };
  }

  #add(entries: readonly Readonly<{ duration: number }>[]): void {
    for (const { duration } of entries) this.#durations.push(duration);
  }

  #late(): Inside['delay'] {
    const [p50, p99] = [this.#delay.percentile(50), this.#delay.percentile(99)];
    return { p50: lateness(p50), p99: lateness(p99), most: lateness(this.#delay.max) };
  }
}

/** Of the nanoseconds between two looks, the milliseconds beyond what lies between them by intent. */
export function lateness(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e6 - resolution);
}

/** From the milliseconds that each took. */
export function collectionsOf(durations: readonly number[]): Collections {
  const totalMs = durations.reduce((sum, ms) => sum + ms, 0);
  return { count: durations.length, longestMs: Math.max(0, ...durations), totalMs };
}
