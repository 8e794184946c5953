/** What is due at some time, the earliest first: a binary heap, since there may be a hundred thousand. */
export class DueQueue<T> {
  readonly #heap: { due: number; item: T }[] = [];

  /** When the earliest is due; Infinity if there is none. */
  get earliest(): number {
    return this.#heap[0]?.due ?? Infinity;
  }

  add(due: number, item: T): void {
    const entry = { due, item };
    let place = this.#heap.push(entry) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#heap[above];
      if (parent === undefined || parent.due <= due) break;
      this.#heap[place] = parent;
      place = above;
    }
    this.#heap[place] = entry;
  }

  /** Takes the earliest if it is due by `now`. */
  take(now: number): T | undefined {
    const [first] = this.#heap;
    if (first === undefined || first.due > now) return undefined;
    const last = this.#heap.pop();
    if (last !== undefined && last !== first) this.#sink(last);
    return first.item;
  }

  /** Puts an entry in the place of the first one, and then where it belongs. */
  #sink(entry: { due: number; item: T }): void {
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const right = left + 1;
      const below = (this.#heap[right]?.due ?? Infinity) < (this.#heap[left]?.due ?? Infinity) ? right : left;
      const child = this.#heap[below];
      if (child === undefined || child.due >= entry.due) break;
      this.#heap[place] = child;
      place = below;
    }
    this.#heap[place] = entry;
  }
}
