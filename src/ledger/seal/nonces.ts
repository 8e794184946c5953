import { randomBytes } from 'node:crypto';

/** Length of a nonce of AES-GCM, in bytes. */
export const nonceBytes = 12;

/** So many nonces are made at once: to ask for random bytes takes longer than to seal a webhook. */
const atOnce = 256;

/** Random nonces, of which none is given twice. */
export class Nonces {
  #made: Buffer = Buffer.alloc(0);

  /** 12 bytes that nobody else gets. */
  next(): Uint8Array {
    if (this.#made.length === 0) this.#made = randomBytes(atOnce * nonceBytes);
    const next = this.#made.subarray(0, nonceBytes);
    this.#made = this.#made.subarray(nonceBytes);
    return next;
  }
}
