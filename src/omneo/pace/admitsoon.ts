import type { Clock } from '../../lib/clock.ts';
import type { Omneo } from '../omneo.ts';
import type { Admission } from './admission.ts';

/**
 * Asks for an attempt that arrives to be admitted, and waits up to `waitMs` milliseconds for room that comes soon, since a
 * refusal uses up one of the caller's tries. A limit that is only a guess refuses nobody who would have to come back:
 * Omneo itself may take the calls.
 */
export async function admitSoon(
  omneo: Pick<Omneo, 'admit'>,
  clock: Pick<Clock, 'monotonic' | 'sleep'>,
  waitMs: number,
): Promise<Admission> {
  const until = clock.monotonic() + waitMs;
  for (;;) {
    const admission = omneo.admit('arrives');
    if (admission.ok || !admission.isCertain) return { ok: true };
    if (clock.monotonic() + admission.retryInMs > until) return admission;
    await clock.sleep(admission.retryInMs);
  }
}
