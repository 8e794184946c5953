import type { NewReward } from './newreward.ts';

/** What may decide whether Omneo finds a reward again by its `external_id`. */
export type Shape = Readonly<{
  /** The kinds of characters in the id, and whether the reward is dated: two rewards of one kind are found alike. */
  kind: string;
  /** Of the id, in characters: a column that is too short cuts the longer ones. */
  length: number;
}>;

/** Clocks of time zones are apart by so much at most, in milliseconds. */
const zonesMs = 14 * 3_600_000;

/** The shape of a reward that is to be created; `now` in milliseconds since the epoch. */
export function shapeOf(reward: NewReward, now: number): Shape {
  const id = String(reward['external_id']);
  const kinds = [/[a-z]/.test(id) ? 'a' : '', /[A-Z]/.test(id) ? 'A' : '', /\d/.test(id) ? '0' : ''];
  const special = [...new Set(id.replace(/[a-z\d]/gi, ''))].sort().join('');
  // Omneo may list only what is valid now.
  const isAhead = instantOf(reward['issued_at']) > now - zonesMs;
  const isOver = instantOf(reward['expires_at']) < now + zonesMs;
  return {
    kind: `${kinds.join('')}${special}${isAhead ? ' ahead' : ''}${isOver ? ' over' : ''}`,
    length: id.length,
  };
}

/** As if it were in UTC; NaN if there is none that can be read. */
function instantOf(date: unknown): number {
  if (typeof date !== 'string') return Number.NaN;
  return Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(date) ? date : `${date.replace(' ', 'T')}Z`);
}
