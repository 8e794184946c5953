/** What is left of a tenant's minute after a call; retryAfter (seconds) is set once nothing is. */
type Allowance = { limit: number; remaining: number; retryAfter?: number };

/** Takes one call out of the current minute. */
export type Throttle = (limit: number) => Allowance;

/** Counts in fixed windows of a minute, as Laravel does; a window starts with its first call. */
export function createThrottle(now: () => number): Throttle {
  let ends = -Infinity;
  let used = 0;
  return (limit) => {
    const time = now();
    if (time >= ends) {
      ends = time + 60_000;
      used = 0;
    }
    if (used >= limit)
      return { limit, remaining: 0, retryAfter: Math.max(1, Math.ceil((ends - time) / 1000)) };
    used += 1;
    return { limit, remaining: limit - used };
  };
}
