import { type KeyObject, createSecretKey, hkdfSync } from 'node:crypto';
import { StartupError } from '../../lib/startup.ts';

/** Length of a key of the file, in bytes. */
export const keyBytes = 32;

/** Length of a key's id, in bytes. */
export const keyIdBytes = 8;

/** What is derived from one key of the file. A KeyObject shows nothing of its key, however it is printed. */
export type SealingKey = Readonly<{
  /** Names the key in front of what it sealed, and tells nothing about it. */
  id: Buffer;
  /** For AES-256-GCM. */
  sealing: KeyObject;
  /** For the HMACs that webhooks are found by. */
  searching: KeyObject;
  /** For AES-256-GCM too, of the console's sessions. */
  sessions: KeyObject;
}>;

/** The keys of one file, in its order: the first seals, all open. */
export type SealingKeys = readonly [SealingKey, ...SealingKey[]];

const form = 'a line holds one key of 32 bytes in base64, as head -c 32 /dev/urandom | base64 makes it';

/** The setting that names a key file, for the sentences about it. */
export type KeyFileVariable = 'LEDGER_KEY_FILE' | 'SESSION_KEY_FILE';

/**
 * Reads the text of a key file: one key a line, but for blank lines and those that begin with #.
 *
 * @throws StartupError, with a sentence that names the variable, the path and the line, and never a key.
 */
export function readKeys(
  text: string,
  path: string,
  variable: KeyFileVariable = 'LEDGER_KEY_FILE',
): SealingKeys {
  const lines = text.split('\n').map((line, index) => ({ line: line.trim(), number: index + 1 }));
  const written = lines.filter(({ line }) => line !== '' && !line.startsWith('#'));
  const read = written.map(({ line, number }) => {
    const at = `${variable}: line ${number} of ${path}`;
    return { key: readKey(line, at), number, at };
  });
  for (const [index, { key, at }] of read.entries()) {
    const first = read.slice(0, index).find((before) => before.key.id.equals(key.id));
    if (first !== undefined)
      throw new StartupError(`${at} repeats the key of line ${first.number}; leave one of the two out.`);
  }
  const [first, ...others] = read.map(({ key }) => key);
  if (first === undefined) throw new StartupError(`${variable}: ${path} holds no key; ${form}.`);
  return Object.freeze([first, ...others] as const);
}

function readKey(line: string, at: string): SealingKey {
  const bytes = Buffer.from(line, 'base64');
  // Node passes over what is no base64, so the way back shows whether there was any of that.
  if (bytes.toString('base64') !== line) throw new StartupError(`${at} is no base64; ${form}.`);
  if (bytes.length !== keyBytes) throw new StartupError(`${at} is a key of ${bytes.length} bytes; ${form}.`);
  return Object.freeze({
    id: derive(bytes, 'key id', keyIdBytes),
    sealing: createSecretKey(derive(bytes, 'seal', keyBytes)),
    searching: createSecretKey(derive(bytes, 'search', keyBytes)),
    sessions: createSecretKey(derive(bytes, 'sessions', keyBytes)),
  });
}

/** A key for one purpose, from which neither the key of the file nor that for another purpose can be worked out. */
function derive(key: Buffer, purpose: string, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', `omneo-gateway ${purpose}`, length));
}
