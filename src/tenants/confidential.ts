import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';

/**
 * Of this process alone, so that a digest seen in a heap dump or a log helps nobody to guess the value. As a key
 * object, since Node takes 12 µs to make one of bytes, and a webhook waits for it.
 */
const pepper = createSecretKey(randomBytes(32));

/**
 * HMAC-SHA256 of a text under this process's key: equal texts have equal digests, of equal length. One character a
 * byte: as a Buffer it would take ten times as much memory, and there are two or more of them for every tenant.
 */
export function digest(text: string): string {
  return createHmac('sha256', pepper).update(text).digest().toString('latin1');
}

/**
 * A value that must not reach a log, an answer or an Event. It shows itself as `[redacted]` wherever it is
 * printed or serialised; `digest` tells two of them apart without revealing either.
 */
export class Confidential {
  readonly digest: string;
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    this.digest = digest(value);
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): string {
    return '[redacted]';
  }

  [inspect.custom](): string {
    return '[redacted]';
  }
}
