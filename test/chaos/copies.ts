/** Equal webhooks without an id that were taken for copies, which docs/exactly-once.md names as what remains. */
import { type Attempt, acceptedOf, answerOf, toldOf } from './attempt.ts';
import type { Delivery } from './caller.ts';
import { usualTimes } from './times.ts';

/** So long a gateway tries to record that an answer went out, and a second more. */
const recordsForMs = 2 * usualTimes.lease + 1000;

/**
 * The webhooks that were answered with what an earlier equal one is answered with, whose gateway was killed before it can be
 * expected to have recorded that its answer went out. From then on an equal webhook counts as a retry of it for 25 hours.
 */
export function takenForCopies(
  deliveries: readonly Delivery[],
  killed: ReadonlyMap<number, number>,
): Delivery[] {
  const orphaned = new Map<string, number>();
  const note = (name: string, n: number): unknown =>
    orphaned.set(name, Math.min(n, orphaned.get(name) ?? Number.POSITIVE_INFINITY));
  for (const { webhook, attempts } of deliveries)
    for (const attempt of attempts)
      if (wasKilledSoonAfter(attempt, killed)) note(nameIn(attempt) ?? '', webhook.n);
  const isCopy = (attempt: Attempt, n: number): boolean => (orphaned.get(nameIn(attempt) ?? '') ?? n) < n;
  return deliveries.filter(
    ({ webhook, attempts }) => !webhook.hasId && attempts.some((attempt) => isCopy(attempt, webhook.n)),
  );
}

/** The `external_id` that an answer names. */
function nameIn(attempt: Attempt): string | undefined {
  return answerOf(attempt)?.externalId;
}

function wasKilledSoonAfter(attempt: Attempt, killed: ReadonlyMap<number, number>): boolean {
  if (acceptedOf(attempt) === undefined && toldOf(attempt) === undefined) return false;
  const at = killed.get(attempt.process[0]);
  return at !== undefined && at >= attempt.sentAt && at <= attempt.endedAt + recordsForMs;
}
