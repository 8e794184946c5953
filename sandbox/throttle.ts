/** What is left of a tenant's window after a call; retryAfter (whole seconds, at least 1) is set once nothing is. */
type Allowance = { limit: number; remaining: number; retryAfter?: number };

/** So many calls in a window of so many milliseconds. */
type Limit = { calls: number; windowMs: number };

/** Takes one call out of the current window. */
export type Throttle = (limit: Limit) => Allowance;

/** Counts in fixed windows, as Laravel does; a window starts with its first call. */
export function createThrottle(now: () => number): Throttle {
  let ends = -Infinity;
  let used = 0;
  return ({ calls: limit, windowMs }) => {
    const time = now();
    if (time >= ends) {
      ends = time + windowMs;
      used = 0;
    }
    if (used >= limit)
      return { limit, remaining: 0, retryAfter: Math.max(1, Math.ceil((ends - time) / 1000)) };
    used += 1;
    return { limit, remaining: limit - used };
  };
}
