import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Clock } from '../lib/clock.ts';
import type { InFlight } from './inflight.ts';

/** How long a connection may last when nothing is under way any more, in milliseconds. */
const lingerMs = 1_000;

type Parts = Readonly<{
  webhooks: Server;
  inFlight: InFlight;
  clock: Clock;
  /** From now to the end of the last webhook, in milliseconds. */
  drainMs: number;
}>;

/**
 * Waits for the webhooks that are under way, then closes their port.
 *
 * While anything is under way the port stays open: a new webhook is answered 503, which Klaviyo retries. What it does
 * after a refused connection it does not say. With nothing under way it closes at once. To wait here for load balancers to
 * look elsewhere is not part of `DRAIN_MS`: only the operator knows how long they take, and announces
 * its end before SIGTERM, as the chart does with its preStop sleep.
 *
 * @returns whether the last webhook ended in time. What strangers do with their connections counts for nothing: they
 * have a second to read an answer or to finish a request, and are cut.
 */
export async function drain({ webhooks, inFlight, clock, drainMs }: Parts): Promise<boolean> {
  const late = clock.sleep(drainMs);
  const inTime = await Promise.race([inFlight.idle().then(() => true), late.then(() => false)]);
  if (webhooks.listening) {
    const closed = once(webhooks, 'close');
    webhooks.close();
    webhooks.closeIdleConnections();
    await Promise.race([closed, late, clock.sleep(lingerMs)]);
  }
  webhooks.closeAllConnections();
  return inTime;
}
