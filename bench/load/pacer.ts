/** A thread that says when something is due, more finely than the timers of an event loop can. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';

export type Pace = Readonly<{ rate: number; count: number }>;

if (!isMainThread) {
  const { rate, count } = workerData as Pace;
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const begun = performance.now();
  for (let said = 0; said < count;) {
    const due = Math.min(count, Math.floor(((performance.now() - begun) / 1000) * rate) + 1);
    if (due > said) parentPort?.postMessage(due - said);
    said = due;
    const nextAt = begun + (said / rate) * 1000;
    Atomics.wait(cell, 0, 0, Math.max(0.05, nextAt - performance.now()));
  }
}
