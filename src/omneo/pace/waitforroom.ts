import type { Clock } from '../../lib/clock.ts';
import type { Omneo } from '../omneo.ts';
import type { Admission } from './admission.ts';

type Wait = Readonly<{
  clock: Pick<Clock, 'monotonic' | 'sleep'>;
  /** For at most so long, in milliseconds. */
  waitMs: number;
}>;

/**
 * Waits until an attempt that arrives is admitted, if there is room soon, since a refusal uses up one of the caller's
 * tries; `asked` is what it was told at first. A limit that is only a guess refuses nobody who would have to come back:
 * Omneo itself may take the calls.
 */
export async function waitForRoom(
  omneo: Pick<Omneo, 'admit'>,
  asked: Admission,
  { clock, waitMs }: Wait,
): Promise<Admission> {
  const until = clock.monotonic() + waitMs;
  let admission = asked;
  while (!admission.ok && admission.isCertain) {
    if (clock.monotonic() + admission.retryInMs > until) return admission;
    await clock.sleep(admission.retryInMs);
    admission = omneo.admit('arrives');
  }
  return { ok: true };
}
