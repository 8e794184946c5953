/** Waits that end with the run. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves after so many milliseconds, or when the run ends if it is given. */
export async function pause(ms: number, ended?: AbortSignal): Promise<void> {
  await sleep(Math.max(0, ms), undefined, ended && { signal: ended }).catch((error: unknown) => {
    if (ended?.aborted !== true) throw error;
  });
}
