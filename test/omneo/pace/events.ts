import type { Clock } from '../../../src/lib/clock.ts';

type Event = Readonly<{ at: number; order: number; run: () => void }>;

/** A world in which time passes from event to event. */
export class Events {
  /** In milliseconds. */
  now = 0;
  #order = 0;
  readonly #heap: Event[] = [];

  /** Its clock, for what neither sleeps nor sets timers. */
  readonly clock: Clock = {
    now: () => this.now,
    monotonic: () => this.now,
    sleep: () => Promise.reject(new Error('nobody sleeps in this world')),
    after: () => {
      throw new Error('nobody sets timers in this world');
    },
  };

  after(ms: number, run: () => void): void {
    const event = { at: this.now + ms, order: (this.#order += 1), run };
    const heap = this.#heap;
    let place = heap.push(event) - 1;
    for (let above = (place - 1) >> 1; place > 0 && isBefore(event, heap[above]!); above = (place - 1) >> 1) {
      heap[place] = heap[above]!;
      place = above;
    }
    heap[place] = event;
  }

  /** Runs all that falls due before `end`. */
  runUntil(end: number): void {
    while (this.#heap.length > 0 && this.#heap[0]!.at < end) {
      const { at, run } = this.#take();
      this.now = at;
      run();
    }
    this.now = end;
  }

  #take(): Event {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below + 1 < heap.length && isBefore(heap[below + 1]!, heap[below]!)) below += 1;
      if (below >= heap.length || isBefore(last, heap[below]!)) break;
      heap[place] = heap[below]!;
      place = below;
    }
    heap[place] = last;
    return first;
  }
}

function isBefore(one: Event, other: Event): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
