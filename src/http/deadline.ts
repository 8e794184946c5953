import type { Clock } from '../lib/clock.ts';
import type { Problem } from '../lib/problem.ts';

/** Until when, on the monotonic clock, and what it means to be late. */
export type Deadline = Readonly<{ deadline: number; late: () => Problem }>;

/** What `work` brings by `deadline`, on the monotonic clock, or the problem `late`. `work` goes on all the same. */
export function withinDeadline<T>(work: Promise<T>, clock: Clock, { deadline, late }: Deadline): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(Math.max(0, deadline - clock.monotonic()), () => {
      reject(late());
    });
    void work.then(resolve, reject).then(cancel);
  });
}
