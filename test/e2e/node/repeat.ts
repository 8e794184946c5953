/** Work that is done again and again until it is told to stop. */
import { setTimeout as sleep } from 'node:timers/promises';

export type Repetition = {
  /** Resolves when the last turn is over; rejects with the error that ended the work, if one did. */
  stop(): Promise<void>;
};

/** Does the work at once and then after each pause; an error ends it and is kept for stop(). */
export function repeat(everyMs: number, work: () => Promise<void>): Repetition {
  const ending = new AbortController();
  const ended = (async (): Promise<{ error?: unknown }> => {
    try {
      while (!ending.signal.aborted) {
        await work();
        await pause(everyMs, ending.signal);
      }
      return {};
    } catch (error) {
      return { error };
    }
  })();
  return {
    async stop() {
      ending.abort();
      const { error } = await ended;
      if (error !== undefined) throw new Error('repeated work failed', { cause: error });
    },
  };
}

/** Resolves after the time, or as soon as the signal says that nobody waits any more. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
