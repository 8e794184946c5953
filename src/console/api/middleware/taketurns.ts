import type { Clock } from '../../../lib/clock.ts';
import { Semaphore } from '../../../lib/semaphore.ts';
import { ConsoleProblem } from '../../consoleproblem.ts';
import type { ApiStep } from '../apistate.ts';

/** Reads of the ledger at once. A slow one holds up no quick one. */
const most = 2;
/** Somebody waits for it; in milliseconds. */
const longestWaitMs = 10_000;
/** So many times as long as a read took, nothing is read in its place. */
const restTimes = 9;
/** No longer than so many milliseconds, since a read may be slow for a reason that costs webhooks nothing. */
const longestRestMs = 200;

/** Makes steps that read the ledger take turns with all others that it made: webhooks share the process and the ledger, and go first. */
export function takingTurns(clock: Pick<Clock, 'after' | 'monotonic'>): (step: ApiStep) => ApiStep {
  const tooLate = (): Error =>
    new ConsoleProblem('unavailable', { detail: 'Try again later: many people read at once.' });
  const turns = new Semaphore({ most, longestWaitMs, clock, tooLate });
  return (step) => async (ctx, next) => {
    await turns.take();
    const begun = clock.monotonic();
    try {
      await step(ctx, next);
    } finally {
      const restMs = Math.min(longestRestMs, restTimes * (clock.monotonic() - begun));
      clock.after(restMs, () => {
        turns.give();
      });
    }
  };
}
