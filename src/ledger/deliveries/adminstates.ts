/** What people's decisions do to an entry: pure functions of plain data, as in states.ts. */
import type { LedgerTimes } from '../ledger.ts';
import type {
  DiscardedEntry,
  IssuedEntry,
  Moment,
  ParkedEntry,
  StoredDelivery,
  StoredEntry,
  WaitingEntry,
} from '../storedentry.ts';
import { type Stored, type Transition, aboutBudgets, live, untilDone } from '../transition.ts';
import type { Correction, Decision, DiscardReason, Discardable } from './deliveryadmin.ts';
import { decided, withArrival, withEvent } from './history.ts';

/** Whoever has this has no webhook, and cannot be found by it. */
const nothing = Object.freeze({ webhook: null, digests: { id: null, person: null, email: null } });

/**
 * Makes a parked delivery due now, with another webhook if one is given; or one that is held, which then passes its
 * budgets. The answer is whether it was either.
 */
export function replay(
  stored: Stored,
  { decision, correction }: Readonly<{ decision: Decision; correction?: Correction | undefined }>,
  at: Moment,
): Transition<boolean> {
  const known = live(stored, at);
  if (correction === undefined && known?.state === 'waiting' && known.reason === 'held')
    return { entry: released(known, decision, at), answer: true };
  if (known?.state !== 'parked' || !known.delivery) return { entry: known, answer: false };
  const entry = correction === undefined ? known : corrected(known, correction, at);
  const event = decided(correction === undefined ? 'replayed' : 'corrected', decision, at.date);
  return {
    entry: replayed(entry, withEvent(withArrival(entry.delivery ?? known.delivery), event), at),
    answer: true,
  };
}

/** Ends a delivery without a reward if it is `what` is to be discarded. The answer is whether it is ended now. */
export function discard(
  stored: Stored,
  { decision, what }: Readonly<{ decision: Decision; what: Discardable }>,
  at: Moment,
  times: LedgerTimes,
): Transition<boolean> {
  const known = live(stored, at);
  if (!isDiscardable(known, what) || !known.delivery) return { entry: known, answer: false };
  const delivery = withEvent({ ...known.delivery, webhook: null }, decided('discarded', decision, at.date));
  return { entry: discarded(known, delivery, 'decided', at.now + times.retentionMs), answer: true };
}

function isDiscardable(known: Stored, what: Discardable): known is WaitingEntry | ParkedEntry {
  if (known?.state === 'parked') return what !== 'held';
  return known?.state === 'waiting' && (what === 'unfinished' || known.reason === what);
}

/** Erases what a delivery knows of a person, and ends what is not done. The answer is false if it is being worked on. */
export function erase(
  stored: Stored,
  { decision }: Readonly<{ decision: Decision }>,
  at: Moment,
  times: LedgerTimes,
): Transition<boolean> {
  const known = live(stored, at);
  if (!known?.delivery || known.state === 'pending' || known.state === 'unconfirmed')
    return { entry: known, answer: false };
  const delivery = withEvent({ ...known.delivery, ...nothing }, decided('erased', decision, at.date));
  return { entry: erased(known, delivery, at.now + times.retentionMs), answer: true };
}

function erased(
  known: WaitingEntry | ParkedEntry | DiscardedEntry | IssuedEntry,
  delivery: StoredDelivery,
  expiresAt: number,
): StoredEntry {
  if (known.state === 'discarded') return { ...known, delivery };
  if (known.state === 'issued') return { ...withoutOutbox(known), delivery };
  return discarded(known, delivery, 'erased', expiresAt);
}

/** Without its webhook nobody can be told of it. */
function withoutOutbox({ outbox, ...entry }: IssuedEntry): IssuedEntry {
  return entry;
}

/** As a claim with another fingerprint does it: of that one nothing is known of an earlier create but when it was. */
function corrected(
  known: ParkedEntry,
  { webhook, summary, digests, fingerprint }: Correction,
  { date }: Moment,
): ParkedEntry {
  const entry =
    known.delivery === undefined
      ? known
      : { ...known, delivery: { ...known.delivery, webhook, summary, digests } };
  if (known.fingerprint === '' || known.fingerprint === fingerprint) return entry;
  return { ...entry, fingerprint, claimedAt: date, attempt: 'unknown' };
}

/** A held entry that is due now, and that no budget holds any more. It keeps its place: it was accepted when it was. */
function released(entry: WaitingEntry, decision: Decision, { now, date }: Moment): WaitingEntry {
  const { delivery, fingerprint } = entry;
  const event = decided('replayed', decision, date);
  const changed = delivery && { delivery: { ...withEvent(delivery, event), triedSince: date } };
  return { ...entry, ...changed, reason: 'replayed', dueAt: now, released: fingerprint };
}

/** A parked entry that is due now, as if it had just been accepted. */
function replayed(
  { outbox, ...entry }: ParkedEntry,
  delivery: StoredDelivery,
  { now, date }: Moment,
): WaitingEntry {
  const begun = { ...delivery, since: date, attempts: 0 };
  return {
    ...entry,
    delivery: begun,
    state: 'waiting',
    reason: 'replayed',
    dueAt: now,
    expiresAt: untilDone,
  };
}

function discarded(
  { tenant, fingerprint, claimedAt, externalId, ...known }: WaitingEntry | ParkedEntry,
  delivery: StoredDelivery,
  reason: DiscardReason,
  expiresAt: number,
): DiscardedEntry {
  const { attempt, attemptedAt, isFindable, settleWindowMs } = known;
  const same = {
    tenant,
    fingerprint,
    claimedAt,
    externalId,
    attempt,
    attemptedAt,
    isFindable,
    settleWindowMs,
    ...aboutBudgets({ reserved: known.reserved }),
  };
  return { ...same, state: 'discarded', reason, delivery, expiresAt };
}
