/** Webhooks that go on coming, whatever else happens. */
import { setTimeout as sleep } from 'node:timers/promises';

export type Traffic = {
  /** Ends it; resolves with the status of each webhook, in order. */
  stop(): Promise<readonly number[]>;
};

const everyMs = 20;

/** Posts one webhook after the other until it is stopped. */
export function startTraffic(post: () => Promise<{ readonly status: number }>): Traffic {
  const stopped = new AbortController();
  const statuses: number[] = [];
  const ended = (async () => {
    while (!stopped.signal.aborted) {
      statuses.push((await post()).status);
      await sleep(everyMs);
    }
    return statuses;
  })();
  // A webhook that got no answer at all is reported by stop(), and not before.
  ended.catch(() => undefined);
  return {
    stop: () => {
      stopped.abort();
      return ended;
    },
  };
}
