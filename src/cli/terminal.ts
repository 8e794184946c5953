import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../lib/clock.ts';

/** Where a command writes to. `columns` are those of a screen. */
export type Screen = Writable & Readonly<{ isTTY?: boolean; columns?: number; rows?: number }>;

/** All that a command has to do with outside of the console: what tests replace. */
export type Terminal = Readonly<{
  env: Readonly<Record<string, string | undefined>>;
  stdin: Readable & Readonly<{ isTTY?: boolean }>;
  stdout: Screen;
  stderr: Screen;
  clock: Pick<Clock, 'now' | 'sleep'>;
}>;

/** The width that lines have to fit; no bound where nobody looks at a screen, so that programs get whole values. */
export function widthOf({ isTTY, columns }: Screen): number {
  return isTTY === true ? (columns ?? 80) : Infinity;
}
