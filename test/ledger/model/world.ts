/** Time and chance of a simulated world: everything that happens, happens in one order that a seed repeats. */

type Happening = Readonly<{ at: number; run: () => void }>;

/** Virtual time. Between two happenings, everything that follows from the first has run. */
export class World {
  readonly history: string[] = [];
  readonly #queue: Happening[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #now = 0;

  get now(): number {
    return this.#now;
  }

  /** Lets something happen `ms` from now, after what was planned for that moment before. */
  after(ms: number, run: () => void): void {
    const at = this.#now + ms;
    const later = this.#queue.findIndex((other) => other.at > at);
    this.#queue.splice(later === -1 ? this.#queue.length : later, 0, { at, run });
  }

  /** Lets no time pass before this is done, which takes no time of the world's. */
  hold(work: Promise<void>): void {
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }

  tell(what: string): void {
    this.history.push(`${this.#now} ${what}`);
  }

  /** Lets the next `ms` pass. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await this.#run(end);
    this.#now = end;
  }

  /** Lets time pass until nothing is planned any more. */
  async calm(): Promise<void> {
    await this.#run(Infinity);
  }

  async #run(end: number): Promise<void> {
    for (;;) {
      // Every promise that can go on does so before this resolves.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#underWay.size > 0) {
        await Promise.all(this.#underWay);
        continue;
      }
      const next = this.#queue[0];
      if (next === undefined || next.at > end) return;
      this.#queue.shift();
      this.#now = next.at;
      next.run();
    }
  }
}
