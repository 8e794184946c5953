/** How much a program allocates on V8's heap: exact, since V8 says before and after each collection what is in use. */
import { GCProfiler } from 'node:v8';

/** Bytes in use before and after one collection. */
type Collection = Readonly<{ before: number; after: number }>;

/** Counts from now on until it is stopped, once. */
export class AllocationCount {
  readonly #profiler = new GCProfiler();
  readonly #begin: number;

  constructor() {
    this.#profiler.start();
    this.#begin = process.memoryUsage().heapUsed;
  }

  /** In bytes. */
  stop(): number {
    const end = process.memoryUsage().heapUsed;
    const collections = this.#profiler.stop().statistics.map(({ beforeGC, afterGC }) => ({
      before: beforeGC.heapStatistics.usedHeapSize,
      after: afterGC.heapStatistics.usedHeapSize,
    }));
    return allocatedBetween(this.#begin, collections, end);
  }
}

/** The bytes that came into use between two readings, whatever was collected meanwhile. */
export function allocatedBetween(begin: number, collections: readonly Collection[], end: number): number {
  const freed = collections.reduce((sum, { before, after }) => sum + before - after, 0);
  return end - begin + freed;
}
