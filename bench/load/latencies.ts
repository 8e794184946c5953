/** Latencies of one run, as many as a bench makes, and their quantiles. */
export class Latencies {
  #values = new Float64Array(65_536);
  #count = 0;

  add(ms: number): void {
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(this.#count * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count] = ms;
    this.#count += 1;
  }

  /** From the least on, in milliseconds. */
  sorted(): Float64Array {
    return this.#values.subarray(0, this.#count).toSorted();
  }

  /** In milliseconds; NaN when there was none. */
  quantiles(): Readonly<{ p50: number; p99: number; most: number }> {
    const sorted = this.sorted();
    const at = (share: number): number => sorted[Math.ceil(share * this.#count) - 1] ?? Number.NaN;
    return { p50: at(0.5), p99: at(0.99), most: at(1) };
  }
}
