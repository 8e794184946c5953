import { createCipheriv, createDecipheriv } from 'node:crypto';
import { type SealingKey, type SealingKeys, keyIdBytes } from './keys.ts';

/**
 * Whose webhook it is, and under which key of the ledger it came. What was sealed for one key cannot be opened as that
 * of another. A delivery's id would not do: one that is parked keeps its id when its webhook comes anew.
 */
export type SealContext = Readonly<{ tenant: string; key: string }>;

/**
 * Why a sealed webhook cannot be opened.
 * - `key_missing`: none of the keys that there are sealed it.
 * - `damaged`: its key is there, and it is not what that sealed, or not for this key of the ledger.
 */
export type Unopenable = Readonly<{ fault: 'key_missing' | 'damaged' }>;

const algorithm = 'aes-256-gcm';

/** Length of a nonce of AES-GCM, in bytes. */
export const nonceBytes = 12;

/** Of the form below. It is authenticated too, so that one form cannot be passed off as another. */
const version = 1;

/** Version, id of the key, nonce, what is enciphered, tag. */
const nonceAt = 1 + keyIdBytes;
const contentAt = nonceAt + nonceBytes;
const tagBytes = 16;

/**
 * Seals a text under a nonce that is used for nothing else.
 *
 * It is random, of 96 bits. NIST SP 800-38D (section 8.3) lets one key have 2^32 of them, after which two that are
 * equal are no longer improbable enough (one in 2^32); two equal ones would give away what both sealed. All replicas
 * together use the key up at 100 webhooks a second in 497 days: rotate the key once a year, or sooner above that rate.
 *
 * @throws TypeError, for a text with half of a surrogate pair, which has no form in UTF-8.
 */
export function sealText(
  { key, nonce }: Readonly<{ key: SealingKey; nonce: Uint8Array }>,
  text: string,
  about: SealContext,
): Buffer {
  if (!text.isWellFormed()) throw new TypeError('a text with half of a surrogate pair cannot be sealed');
  const cipher = createCipheriv(algorithm, key.sealing, nonce, { authTagLength: tagBytes });
  cipher.setAAD(additionalData(about));
  const content = [cipher.update(text, 'utf8'), cipher.final()];
  return Buffer.concat([Buffer.of(version), key.id, nonce, ...content, cipher.getAuthTag()]);
}

/**
 * The text that was sealed for this context, or why there is none. Only the tag is secret enough to be compared in
 * constant time, which OpenSSL does; the id of a key is not.
 */
export function openSealed(keys: SealingKeys, sealed: Uint8Array, about: SealContext): string | Unopenable {
  if (sealed.length < contentAt + tagBytes || sealed[0] !== version) return { fault: 'damaged' };
  const id = sealed.subarray(1, nonceAt);
  const key = keys.find((each) => each.id.equals(id));
  return key === undefined ? { fault: 'key_missing' } : decipher(key, sealed, about);
}

function decipher(key: SealingKey, sealed: Uint8Array, about: SealContext): string | Unopenable {
  const nonce = sealed.subarray(nonceAt, contentAt);
  const decipherer = createDecipheriv(algorithm, key.sealing, nonce, { authTagLength: tagBytes });
  decipherer.setAAD(additionalData(about));
  decipherer.setAuthTag(sealed.subarray(-tagBytes));
  const content = decipherer.update(sealed.subarray(contentAt, -tagBytes));
  try {
    // Throws for a tag that does not fit, and for nothing else.
    return Buffer.concat([content, decipherer.final()]).toString('utf8');
  } catch {
    return { fault: 'damaged' };
  }
}

/** JSON, in which no two pairs of texts are alike, however they are cut. */
function additionalData({ tenant, key }: SealContext): Buffer {
  return Buffer.from(JSON.stringify([version, tenant, key]));
}
