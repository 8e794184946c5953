import { createHmac } from 'node:crypto';
import { comparableEmail } from '../../lib/email.ts';
import { RandomBytes } from '../../lib/randombytes.ts';
import type { SealingKey, SealingKeys } from './keys.ts';
import { type SealContext, type Unopenable, nonceBytes, openSealed, sealText } from './sealed.ts';

/** What a stored webhook can be found by: its idempotency key, the person's id, or the e-mail. */
export type SearchKind = 'id' | 'person' | 'email';

/** The keys that seal what a durable ledger stores of webhooks, and open it again; whoever holds it sees no key. */
export class Keyring {
  readonly #keys: () => SealingKeys;
  readonly #nonces = new RandomBytes(nonceBytes);

  /** `keys` gives those that count now; it is asked for every call, so it has to be quick. */
  constructor(keys: () => SealingKeys) {
    this.#keys = keys;
  }

  /**
   * Seals the text of a webhook under the first key.
   *
   * @throws TypeError, for a text with half of a surrogate pair; a body that was read as UTF-8 has none.
   */
  seal(text: string, about: SealContext): Buffer {
    const [key] = this.#keys();
    return sealText({ key, nonce: this.#nonces.next() }, text, about);
  }

  /** What was sealed in this context under any of the keys, or why it cannot be opened. */
  open(sealed: Uint8Array, about: SealContext): string | Unopenable {
    return openSealed(this.#keys(), sealed, about);
  }

  /** A keyring for the console's sessions, which opens nothing that this one sealed. Its keys change with those of this one. */
  forSessions(): Keyring {
    return new Keyring(() => {
      const [first, ...others] = this.#keys();
      return [keyOfSessions(first), ...others.map(keyOfSessions)];
    });
  }

  /** What is stored in place of a value, so that the webhook can be found by it: an HMAC under the first key. */
  searchDigest(kind: SearchKind, tenant: string, value: string): string {
    const [first] = this.#keys();
    return digestUnder(first, kind, tenant, value);
  }

  /** What was stored in place of the value, under whichever key was the first then; the newest comes first. */
  searchDigests(kind: SearchKind, tenant: string, value: string): readonly string[] {
    return this.#keys().map((key) => digestUnder(key, kind, tenant, value));
  }
}

function keyOfSessions(key: SealingKey): SealingKey {
  return { ...key, sealing: key.sessions };
}

function digestUnder({ searching }: SealingKey, kind: SearchKind, tenant: string, value: string): string {
  const compared = kind === 'email' ? comparableEmail(value) : value;
  const text = JSON.stringify([kind, tenant, compared]);
  return createHmac('sha256', searching).update(text).digest('base64url');
}
