/** Zones whose formatters are kept. A formatter takes 60 µs and some 30 KB to make; a webhook may name any zone there is. */
const mostKept = 64;

/** Writes moments as Omneo wants them, in any time zone. */
export class LocalTimes {
  readonly #formatters = new Map<string, Intl.DateTimeFormat>();

  /** How many formatters are kept. */
  get size(): number {
    return this.#formatters.size;
  }

  /** `YYYY-MM-DD HH:mm:ss` in a time zone; `at` in milliseconds since the epoch. Throws RangeError if there is no such zone. */
  write(at: number, timeZone: string): string {
    return (this.#formatters.get(timeZone) ?? this.#make(timeZone)).format(at);
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
