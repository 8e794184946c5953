import { type Screen, widthOf } from '../terminal.ts';
import { cutTo, printable, textWidth } from './printable.ts';
import { inLargestUnit } from './times.ts';

/**
 * How far a tenant is: what waits, and what did at first; what is parked; what is issued of those that arrived in the last
 * 24 hours, which need not be those that waited; `leftMs` if it can be told.
 */
export type TenantProgress = Readonly<{
  slug: string;
  issued: number;
  waiting: number;
  atFirst: number;
  parked: number;
  leftMs?: number;
}>;

const shortest = 8;
const longest = 40;

/** A tenant's progress as one line, with a bar where somebody looks at a screen that is wide enough. */
export function progressLine(progress: TenantProgress, screen: Screen): string {
  const { slug, issued, waiting, atFirst, parked, leftMs } = progress;
  const done = waiting === 0 ? 1 : Math.max(0, (atFirst - waiting) / atFirst);
  const left = leftMs === undefined ? '' : `, about ${inLargestUnit(leftMs)} left`;
  const name = printable(slug);
  const counts = `${Math.floor(done * 100)} %: ${waiting} waiting, ${parked} parked${left}`;
  const all = `${counts}; ${issued} issued of those that arrived in 24 h`;
  const width = widthOf(screen);
  if (width === Infinity) return `${name} ${all}`;
  const roomBeside = (text: string): number => Math.min(longest, width - textWidth(`${name}  ${text}`));
  const text = roomBeside(all) < shortest ? counts : all;
  const room = roomBeside(text);
  return room < shortest ? cutTo(`${name} ${text}`, width) : `${name} ${barOf(done, room)} ${text}`;
}

function barOf(done: number, width: number): string {
  const full = Math.floor(done * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}
