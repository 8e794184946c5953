import { retryAfterSeconds } from '../../lib/backoff.ts';

/** What an answer says about Omneo's throttle; undefined: nothing that makes sense. */
export type ThrottleHeaders = Readonly<{
  limit: number | undefined;
  remaining: number | undefined;
  retryAfterMs: number | undefined;
}>;

/** The limit that Omneo's answers show. */
export type HeaderLimit = Readonly<{
  /** Calls that a window of its throttle has room for. */
  limit: number;
  /** How many such windows a minute has, as far as is known. */
  windows: number;
}>;

/** What the answers of some time showed: the limit, and the least that was left of it. */
export type Shown = Readonly<{ limit: number; least: number }>;

const mostSeconds = 3_600;
/** Of the limit: calls do not reach Omneo as evenly as they are made. */
const margin = 0.99;
/** The calls of a minute may lie in two windows of a minute each. If they need more than that, windows are shorter. */
const mostWindows = 2.5;

/**
 * Reads `X-RateLimit-Limit`, `X-RateLimit-Remaining` and `Retry-After`, the last within a second and an hour; `now` in
 * milliseconds since the epoch.
 */
export function readThrottleHeaders(
  header: (name: string) => string | undefined,
  now: number,
): ThrottleHeaders {
  const limit = wholeOf(header('x-ratelimit-limit'), 1, Infinity);
  const remaining = wholeOf(header('x-ratelimit-remaining'), 0, limit ?? Infinity);
  const seconds = retryAfterSeconds(header('retry-after'), now);
  const retryAfterMs = seconds === undefined ? undefined : 1000 * Math.min(Math.max(seconds, 1), mostSeconds);
  return { limit, remaining, retryAfterMs };
}

function wholeOf(text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined || !/^\d{1,9}$/.test(text)) return undefined;
  const number = Number(text);
  return number >= least && number <= most ? number : undefined;
}

/** Calls a minute; Infinity if answers show no limit. */
export function callsPerMinuteOf(header: HeaderLimit | undefined): number {
  return header === undefined ? Infinity : margin * header.limit * header.windows;
}

/** As one more answer shows it. One that shows none changes nothing: not every route need have the throttle. */
export function shownNow(
  header: HeaderLimit | undefined,
  limit: number | undefined,
): HeaderLimit | undefined {
  return limit === undefined || limit === header?.limit ? header : { limit, windows: 1 };
}

/** What answers showed, with one more. Without `X-RateLimit-Remaining` all may be used up. */
export function shownWith(
  shown: Shown | undefined,
  { limit, remaining = 0 }: ThrottleHeaders,
): Shown | undefined {
  if (limit === undefined) return shown;
  return { limit, least: Math.min(remaining, shown?.limit === limit ? shown.least : Infinity) };
}

/** As a whole minute with so many calls shows it, in which Omneo took some. */
export function shownInMinute(
  header: HeaderLimit | undefined,
  shown: Shown | undefined,
  calls: number,
): HeaderLimit | undefined {
  if (header === undefined || shown === undefined) return undefined;
  const windows = calls / Math.max(1, shown.limit - shown.least);
  return windows > Math.max(mostWindows, header.windows) ? { ...header, windows } : header;
}
