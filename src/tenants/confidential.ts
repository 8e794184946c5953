import { hash, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';

/** Of this process alone, so that a digest seen in a heap dump or a log helps nobody to guess the value. */
const pepper = randomBytes(32).toString('base64');

/**
 * SHA-256 of a text under this process's pepper: equal texts have equal digests, of equal length. Nobody outside sees
 * one, so that it need not withstand being continued, as an HMAC would at six times the cost for every webhook. One
 * character a byte: as a Buffer it would take ten times as much memory, and there are two or more for every tenant.
 */
export function digest(text: string): string {
  return hash('sha256', pepper + text, 'binary');
}

/**
 * A value that must not reach a log, an answer or an Event. It shows itself as `[redacted]` wherever it is
 * printed or serialised; `digest` shows whether two of them differ without revealing either.
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
