/**
 * Loaded before the program that is measured, in its process: answers what only the inside knows. It does nothing
 * until it is asked.
 */

export type Question = 'usage' | 'heap' | 'watch' | 'watched';

export type Usage = Readonly<{ cpuSeconds: number; rss: number }>;

/** Bytes that are in use after a collection, on V8's heap and beside it. */
export type Heap = Readonly<{ heap: number; external: number }>;

let longestMs = 0;
let turning = false;

process.on('message', (question: Question) => {
  process.send?.(answer(question));
});
// The program must end as if nobody had been listening.
process.channel?.unref();

function answer(question: Question): Usage | Heap | { longestMs: number } {
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
