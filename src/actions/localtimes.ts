/** Zones whose formatters are kept. A formatter takes 60 µs and some 30 KB to make; a webhook may name any zone there is. */
const mostKept = 64;

/** Writes moments as Omneo wants them, in any time zone. */
export class LocalTimes {
  readonly #formatters = new Map<string, Intl.DateTimeFormat>();
  /** What was written last: in a burst it is the same second, and the same zone, again and again. */
  #last = { second: Number.NaN, timeZone: '', text: '' };

  /** How many formatters are kept. */
  get size(): number {
    return this.#formatters.size;
  }

  /** `YYYY-MM-DD HH:mm:ss` in a time zone; `at` in milliseconds since the epoch. Throws RangeError if there is no such zone. */
  write(at: number, timeZone: string): string {
    const second = Math.floor(at / 1000);
    if (this.#last.second !== second || this.#last.timeZone !== timeZone) {
      const text = (this.#formatters.get(timeZone) ?? this.#make(timeZone)).format(at);
      this.#last = { second, timeZone, text };
    }
    return this.#last.text;
  }

  #make(timeZone: string): Intl.DateTimeFormat {
    // Swedish writes dates the ISO way.
    const formatter = new Intl.DateTimeFormat('sv-SE', {
      dateStyle: 'short',
      timeStyle: 'medium',
      timeZone,
    });
    if (this.#formatters.size >= mostKept) this.#formatters.clear();
    this.#formatters.set(timeZone, formatter);
    return formatter;
  }
}
