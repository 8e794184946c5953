import { randomBytes } from 'node:crypto';

/** So many are made at once: to ask the system for random bytes takes longer than to seal a webhook. */
const atOnce = 256;

/** Random bytes, so many at a time; nobody else gets the same ones. */
export class RandomBytes {
  readonly #length: number;
  #made: Buffer = Buffer.alloc(0);

  constructor(length: number) {
    this.#length = length;
  }

  next(): Buffer {
    if (this.#made.length === 0) this.#made = randomBytes(atOnce * this.#length);
    const next = this.#made.subarray(0, this.#length);
    this.#made = this.#made.subarray(this.#length);
    return next;
  }
}
