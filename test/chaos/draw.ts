/** Draws from a generator of random numbers. */
import type { Random } from '../../sandbox/random.ts';

/** A whole number from 0 to below `limit`. */
export const whole = (random: Random, limit: number): number => Math.floor(random() * limit);

/** A number from `least` to `most`. */
export const between = (random: Random, least: number, most: number): number =>
  least + random() * (most - least);

/** One of several. */
export function pick<T>(random: Random, from: readonly T[]): T {
  const drawn = from[whole(random, from.length)];
  if (drawn === undefined) throw new Error('nothing to draw from');
  return drawn;
}
