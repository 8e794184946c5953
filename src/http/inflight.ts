/** Webhooks under way, and the work that goes on after some of them were answered; awaited before the process ends. */
export class InFlight {
  readonly #work = new Set<Promise<void>>();

  /**
   * Follows `work` to its end, good or bad, and calls `ended` then. A failure is not told here: the answer to the
   * webhook tells it, or the log line of what outlived that answer.
   */
  track(work: Promise<unknown>, ended: () => void = () => undefined): void {
    const end = (): void => {
      this.#work.delete(tracked);
      ended();
    };
    const tracked = work.then(end, end);
    this.#work.add(tracked);
  }

  get size(): number {
    return this.#work.size;
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }
}
