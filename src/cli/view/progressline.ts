import { type Screen, widthOf } from '../terminal.ts';
import { cutTo, printable, textWidth } from './printable.ts';
import { inLargestUnit } from './times.ts';

/** How far a tenant is: what was issued in the last day, what waits and what is parked; `leftMs` if it can be told. */
export type TenantProgress = Readonly<{
  slug: string;
  issued: number;
  waiting: number;
  parked: number;
  leftMs?: number;
}>;

const shortest = 8;
const longest = 40;

/** A tenant's progress as one line, with a bar where somebody looks at a screen that is wide enough. */
export function progressLine(progress: TenantProgress, screen: Screen): string {
  const { slug, issued, waiting, parked, leftMs } = progress;
  const done = waiting === 0 ? 1 : issued / (issued + waiting);
  const left = leftMs === undefined ? '' : `, about ${inLargestUnit(leftMs)} left`;
  const name = printable(slug);
  const counts = `${Math.floor(done * 100)} %: ${issued} issued, ${waiting} waiting, ${parked} parked${left}`;
  const width = widthOf(screen);
  if (width === Infinity) return `${name} ${counts}`;
  const room = Math.min(longest, width - textWidth(`${name}  ${counts}`));
  return room < shortest ? cutTo(`${name} ${counts}`, width) : `${name} ${barOf(done, room)} ${counts}`;
}

function barOf(done: number, width: number): string {
  const full = Math.floor(done * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}
