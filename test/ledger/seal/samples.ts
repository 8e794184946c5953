import { type SealingKeys, readKeys } from '../../../src/ledger/seal/keys.ts';
import { Keyring } from '../../../src/ledger/seal/keyring.ts';

/** A key of the tests, as a line of a key file; another one for each number. */
export function keyLine(number: number): string {
  return Buffer.alloc(32, number).toString('base64');
}

/** The keys with these numbers, as they are read from a file of them. */
export function keysOf(...numbers: readonly number[]): SealingKeys {
  return readKeys(numbers.map((number) => `${keyLine(number)}\n`).join(''), '/keys');
}

/** The keyring of a file that holds these keys and does not change. */
export function keyringOf(...numbers: readonly number[]): Keyring {
  const keys = keysOf(...numbers);
  return new Keyring(() => keys);
}
