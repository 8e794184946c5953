import { Ageing, expire } from './ageing.ts';
import type { IssuedEntry } from '../storedentry.ts';

/** The issued entries of the memory ledger: each is kept for the retention, or briefly. */
export class IssuedEntries {
  /** Each in order of the last change, which is the order in which they expire; of the brief ones, roughly. */
  readonly #long = new Ageing<IssuedEntry>();
  readonly #brief = new Ageing<IssuedEntry>();

  get size(): number {
    return this.#long.size + this.#brief.size;
  }

  get(key: string): IssuedEntry | undefined {
    return this.#long.get(key) ?? this.#brief.get(key);
  }

  /** Stores it, as the last one; `forLong`: for the whole retention from now. */
  set(key: string, issued: IssuedEntry, forLong: boolean): void {
    this.delete(key);
    (forLong ? this.#long : this.#brief).set(key, issued);
  }

  /** A key is in one map at most. */
  delete(key: string): void {
    this.#long.delete(key);
    this.#brief.delete(key);
  }

  /** Forgets what its time is over for, as far as it lies behind nothing else. */
  expire(now: number): void {
    expire(this.#long, now);
    expire(this.#brief, now);
  }

  /** Makes room: forgets the oldest, those that are kept briefly last. False if there is none. */
  dropOldest(): boolean {
    const entries = this.#long.size > 0 ? this.#long : this.#brief;
    const oldest = entries.oldest();
    return oldest !== undefined && entries.delete(oldest[0]);
  }
}
