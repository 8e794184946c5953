import type { Gateway, Reply } from '../support/gateway.ts';
import type { LeapingClock } from './clock.ts';

/** What Klaviyo sends again; after anything else the webhook is lost. */
export const retried: ReadonlySet<number> = new Set([429, 500, 502, 503]);

/** Klaviyo gives up after that many retries. */
export const mostRetries = 17;

/** Milliseconds before the `retry`-th retry, from 1: doubling, and all 17 within a day. */
export const spacing = (retry: number): number => 500 * 2 ** (retry - 1);

/** Sends a webhook again and again as Klaviyo does, the first reply being known; gives the last one. */
export async function retry(
  gateway: Gateway,
  clock: LeapingClock,
  { slug, body, first }: { slug: string; body: unknown; first: Reply },
): Promise<Reply> {
  let reply = first;
  for (let count = 1; count <= mostRetries && retried.has(reply.status); count += 1) {
    clock.leap(spacing(count));
    reply = await gateway.post(slug, body);
  }
  return reply;
}
