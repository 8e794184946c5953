/** Where a stored webhook's `traceparent` lies: in its summary, which every ledger has, and nobody needs who knows nothing of it. */
export const originKey = 'traceparent';

/** The summary of a stored webhook with the `traceparent` of what it came with. */
export function withOrigin(summary: string, traceparent: string): string {
  return JSON.stringify({ ...(JSON.parse(summary) as object), [originKey]: traceparent });
}

/** The `traceparent` in a summary; empty: there is none. */
export function originIn(summary: string): string {
  const { [originKey]: traceparent } = JSON.parse(summary) as Readonly<Record<string, unknown>>;
  return typeof traceparent === 'string' ? traceparent : '';
}
