import type { Random } from '../../../sandbox/random.ts';
import type { Events } from './events.ts';

export type ThrottleNature = Readonly<{
  /** Calls that a window has room for, by the minute. */
  limit: (minute: number) => number;
  /** How long a window is, in milliseconds; by default a minute. */
  windowMs?: number;
  /** Whether answers carry X-RateLimit-Limit and -Remaining; by default not. */
  showsLimit?: boolean;
  /** Whether refusals carry Retry-After; by default they do. */
  showsRetryAfter?: boolean;
  /** What a header says in place of the truth. */
  lie?: (name: string, truth: string | undefined) => string | undefined;
  /** Share of calls that are refused for no reason, for a second. */
  randomRefusals?: number;
}>;

type Answer = Readonly<{ status: number; header: (name: string) => string | undefined }>;

/** Decides on one call now. */
export type ThrottledCall = () => Answer;

type Seen = { taken: number; refused: number; byMinute: number[] };

/** An Omneo that is nothing but its throttle: fixed windows, each of which begins with its first call. */
export function createThrottledOmneo(
  nature: ThrottleNature,
  events: Events,
  random: Random,
): { omneo: ThrottledCall; seen: Seen } {
  const { windowMs = 60_000, showsLimit = false, showsRetryAfter = true, lie, randomRefusals = 0 } = nature;
  const seen: Seen = { taken: 0, refused: 0, byMinute: [] };
  let ends = -Infinity;
  let used = 0;

  const count = (isRefused: boolean): void => {
    seen[isRefused ? 'refused' : 'taken'] += 1;
    const minute = Math.floor(events.now / 60_000);
    if (!isRefused) seen.byMinute[minute] = (seen.byMinute[minute] ?? 0) + 1;
    if (!isRefused) used += 1;
  };

  const omneo = (): Answer => {
    const { now } = events;
    if (now >= ends) [ends, used] = [now + windowMs, 0];
    const limit = nature.limit(Math.floor(now / 60_000));
    const isRandom = random() < randomRefusals;
    const isRefused = used >= limit || isRandom;
    count(isRefused);
    const left = Math.max(0, limit - used);
    const seconds = isRandom ? 1 : Math.max(1, Math.ceil((ends - now) / 1000));
    const header = (name: string): string | undefined => {
      if (name === 'retry-after') return isRefused && showsRetryAfter ? String(seconds) : undefined;
      if (!showsLimit) return undefined;
      return String(name === 'x-ratelimit-limit' ? limit : left);
    };
    return {
      status: isRefused ? 429 : 200,
      header: (name) => (lie ? lie(name, header(name)) : header(name)),
    };
  };
  return { omneo, seen };
}
