/**
 * Where a stored webhook's `traceparent` lies: in its summary, which every ledger has. A gateway that knows nothing of traces
 * shows it there.
 */
const originKey = 'traceparent';

type Summary = Readonly<Record<string, unknown>>;

/** The summary of a stored webhook with the `traceparent` of what it came with. */
export function withOrigin(summary: string, traceparent: string): string {
  return JSON.stringify({ ...(JSON.parse(summary) as Summary), [originKey]: traceparent });
}

/** The `traceparent` in a summary, and the rest of it; empty: there is none. */
export function splitOrigin(summary: string): Readonly<{ origin: string; rest: Summary }> {
  const { [originKey]: origin, ...rest } = JSON.parse(summary) as Summary;
  return { origin: typeof origin === 'string' ? origin : '', rest };
}

/** The summary with the `traceparent` of the one that it takes the place of, if that has one. */
export function withOriginOf(before: string, summary: string): string {
  const { origin } = splitOrigin(before);
  return origin === '' ? summary : withOrigin(summary, origin);
}

/** The trace that a `traceparent` of the gateway's own names; undefined, if it is empty. */
export function traceIdOf(origin: string): string | undefined {
  return origin.split('-')[1];
}
