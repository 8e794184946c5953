import type { Tally } from '../harness/throttledomneo.ts';
import type { ScaledClock } from './scaledclock.ts';

/** So often Omneo is asked how far it is, in scaled milliseconds. */
const everyMs = 6_000;

/** What Omneo had been asked when its number of rewards was seen to rise last, and when that was, in scaled milliseconds. */
export type Seen = Readonly<{ tally: Tally; at: number }>;

/** Looks at Omneo again and again until it is over; gives what was seen last. Throws what a look does. */
export async function follow(
  look: () => Promise<Tally>,
  clock: Pick<ScaledClock, 'now' | 'at'>,
  isOver: (seen: Seen) => boolean,
): Promise<Seen> {
  let seen: Seen = { tally: { calls: 0, refused: 0, made: 0 }, at: 0 };
  while (!isOver(seen)) {
    const tally = await look();
    if (tally.made > seen.tally.made) seen = { tally, at: clock.now() };
    await new Promise<void>((resolve) => {
      clock.at(clock.now() + everyMs, resolve);
    });
  }
  return seen;
}
