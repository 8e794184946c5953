/** Gives the next number from 0 (included) to 1 (not included). */
export type Random = () => number;

/** A repeatable generator (mulberry32): the same seed gives the same numbers. */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** So many lowercase hexadecimal digits. */
export const randomHex = (random: Random, digits: number) =>
  Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');

/** A version 4 UUID. */
export function randomUUID(random: Random): string {
  const hex = randomHex(random, 31);
  const variant = '89ab'.charAt(Math.floor(random() * 4));
  const tail = `${variant}${hex.slice(15, 18)}-${hex.slice(18, 30)}`;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-${tail}`;
}
