import type { NewReward } from './newreward.ts';

/** What may decide whether Omneo finds a reward again by its `external_id`. */
export type Shape = Readonly<{
  /** The kinds of characters in the id, and whether the reward may be dated ahead or over: what has to be proven. */
  kind: string;
  /** The kind that it proves when it is found: a date that may be ahead or over proves nothing of such dates. */
  proves: string;
  /** Of the id, in characters: a column that is too short cuts the longer ones. */
  length: number;
}>;

/** Clocks of time zones are apart by so much at most, in milliseconds. */
const zonesMs = 14 * 3_600_000;

/** The shape of a reward; `now` in milliseconds since the epoch. */
export function shapeOf(reward: NewReward, now: number): Shape {
  const id = String(reward['external_id']);
  const kinds = [/[a-z]/.test(id) ? 'a' : '', /[A-Z]/.test(id) ? 'A' : '', /\d/.test(id) ? '0' : ''];
  const special = [...new Set(id.replace(/[a-z\d]/gi, ''))].sort().join('');
  const characters = kinds.join('') + special;
  return {
    kind: characters + datesOf(reward, now, zonesMs),
    proves: characters + datesOf(reward, now, -zonesMs),
    length: id.length,
  };
}

/** Omneo may list only what is valid now. With a margin above 0 it is what the dates may mean, below it what they must. */
function datesOf(
  { issued_at: issued, expires_at: expires }: NewReward,
  now: number,
  marginMs: number,
): string {
  const isAhead = isUnclear(issued, marginMs) || instantOf(issued) > now - marginMs;
  const isOver = isUnclear(expires, marginMs) || instantOf(expires) < now + marginMs;
  return `${isAhead ? ' ahead' : ''}${isOver ? ' over' : ''}`;
}

/** A date in a form that only Omneo may read can mean anything. */
function isUnclear(date: unknown, marginMs: number): boolean {
  return marginMs > 0 && typeof date === 'string' && date !== '' && Number.isNaN(instantOf(date));
}

/** As if it were in UTC; NaN if there is none that can be read. */
function instantOf(date: unknown): number {
  if (typeof date !== 'string') return Number.NaN;
  return Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(date) ? date : `${date.replace(' ', 'T')}Z`);
}
