/** What becomes known of the answers that speak of an entry: pure functions of plain data, as in states.ts. */
import type { AnswerOutcome, LedgerTimes } from './ledger.ts';
import type { IssuedEntry, Moment, StoredDelivery, StoredEntry } from './storedentry.ts';
import { type Stored, type Transition, live } from './transition.ts';

/** What became of an answer that names the reward with this `external_id`. */
export function recordAnswer(
  stored: Stored,
  { externalId, isSent, keepMs }: Readonly<{ externalId: string }> & AnswerOutcome,
  at: Moment,
  { retentionMs }: LedgerTimes,
): Transition<undefined> {
  const accepted = acceptedAs(stored, externalId, at);
  if (accepted !== undefined)
    return stays({ ...accepted, delivery: answered(accepted.delivery, { isSent, keepMs }, at) });
  const issued = issuedAs(stored, externalId, at);
  if (issued === undefined) return unchanged(stored, at);
  const isFirst = !issued.isAnswered;
  if (!isSent && isFirst) return keepFor(issued, retentionMs, at);
  if (!isFirst && at.now + keepMs <= issued.expiresAt) return { entry: issued, answer: undefined };
  return keepFor({ ...issued, isAnswered: true }, keepMs, at);
}

/** An answer is about to be given that names the reward with this `external_id`. */
export function expectAnswer(
  stored: Stored,
  { externalId, keepMs }: Readonly<{ externalId: string; keepMs: number }>,
  at: Moment,
): Transition<undefined> {
  const accepted = acceptedAs(stored, externalId, at);
  if (accepted !== undefined)
    return stays({ ...accepted, delivery: answering(accepted.delivery, keepMs, at) });
  const issued = issuedAs(stored, externalId, at);
  return issued === undefined || issued.isAnswered ? unchanged(stored, at) : keepFor(issued, keepMs, at);
}

function issuedAs(stored: Stored, externalId: string, at: Moment): IssuedEntry | undefined {
  const known = live(stored, at);
  return known?.state === 'issued' && known.externalId === externalId ? known : undefined;
}

/** A delivery with this `external_id` of which an answer speaks, done or not. */
function acceptedAs(
  stored: Stored,
  externalId: string,
  at: Moment,
): (StoredEntry & { delivery: StoredDelivery }) | undefined {
  const known = live(stored, at);
  const { delivery } = known ?? {};
  return known && delivery && known.externalId === externalId ? { ...known, delivery } : undefined;
}

function stays(entry: StoredEntry): Transition<undefined> {
  return { entry, answer: undefined };
}

/** Kept for so long from now; with 0 it is forgotten at once. */
function keepFor(issued: IssuedEntry, keepMs: number, { now }: Moment): Transition<undefined> {
  return { entry: keepMs === 0 ? undefined : { ...issued, expiresAt: now + keepMs }, answer: undefined };
}

function unchanged(stored: Stored, at: Moment): Transition<undefined> {
  return { entry: live(stored, at), answer: undefined };
}

/** The delivery after what became of an answer to it was recorded. */
function answered(
  delivery: StoredDelivery,
  { isSent, keepMs }: AnswerOutcome,
  { now }: Moment,
): StoredDelivery {
  const { separateAt, isAnswered } = delivery;
  const until = now + keepMs;
  if (isAnswered) return { ...delivery, separateAt: Math.max(separateAt ?? 0, until) };
  return isSent ? { ...delivery, separateAt: until, isAnswered: true } : { ...delivery, separateAt: null };
}

/** The delivery while an answer to it is about to be given. */
function answering(delivery: StoredDelivery, keepMs: number, { now }: Moment): StoredDelivery {
  return delivery.isAnswered ? delivery : { ...delivery, separateAt: now + keepMs };
}
