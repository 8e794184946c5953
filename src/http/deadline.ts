import type { Clock } from '../lib/clock.ts';
import { Problem } from '../lib/problem.ts';
import { UpstreamError } from '../omneo/client/upstream.ts';

/** Until when, on the monotonic clock, and what it means to be late: something to go on with, or what is thrown. */
export type Deadline<T> = Readonly<{ deadline: number; late: () => T }>;

/** What `work` brings by `deadline`, on the monotonic clock, or what `late` gives or throws. `work` goes on all the same. */
export function withinDeadline<T>(
  work: Promise<T>,
  clock: Clock,
  { deadline, late }: Deadline<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(Math.max(0, deadline - clock.monotonic()), () => {
      try {
        resolve(late());
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    void work.then(resolve, reject).then(cancel);
  });
}

/** What a webhook is answered with that waited for Omneo until its deadline. */
export function omneoLate(): Problem {
  return new Problem('upstream_unavailable', {
    detail: 'Nothing to fix in Klaviyo, which sends it again: Omneo did not answer in time.',
    cause: new UpstreamError('unavailable', 'Omneo did not answer by ANSWER_DEADLINE_MS', {
      mayHaveHappened: true,
    }),
  });
}
