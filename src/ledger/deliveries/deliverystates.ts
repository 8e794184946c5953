/** What the calls of a DeliveryLedger do to an entry: pure functions of plain data, as in states.ts. */
import type { NewParked, Parking, WaitingReason } from './deliveries.ts';
import { newDelivery } from './storeddelivery.ts';
import type { Claim } from '../ledger.ts';
import type { Moment, ParkedEntry, PendingEntry, WaitingEntry } from '../storedentry.ts';
import { type Stored, type Transition, heldBy, letGo, live, untilDone } from '../transition.ts';

/** The attempt made nothing: due again later. The answer is whether the claim of a delivery was still held. */
export function postpone(
  stored: Stored,
  { held, ...why }: Readonly<{ held: Claim; reason: WaitingReason; dueInMs: number }>,
  at: Moment,
): Transition<boolean> {
  const pending = heldBy(stored, held, at);
  if (!pending?.delivery) return { entry: live(stored, at), answer: false };
  return { entry: postponed(pending, why, at), answer: true };
}

/** No further attempt is made by itself. The answer is whether the claim of a delivery was still held. */
export function park(
  stored: Stored,
  { held, ...parking }: Readonly<{ held: Claim }> & Parking,
  at: Moment,
): Transition<boolean> {
  const pending = heldBy(stored, held, at);
  if (!pending?.delivery) return { entry: live(stored, at), answer: false };
  return { entry: parked(pending, parking, at), answer: true };
}

/** Forgets a delivery. The answer is whether its claim was still held. */
export function drop(stored: Stored, { held }: Readonly<{ held: Claim }>, at: Moment): Transition<boolean> {
  const pending = heldBy(stored, held, at);
  if (!pending?.delivery) return { entry: live(stored, at), answer: false };
  return { entry: undefined, answer: true };
}

/** Makes a parked delivery due now. The answer is whether it was parked. */
export function replay(stored: Stored, at: Moment): Transition<boolean> {
  const known = live(stored, at);
  if (known?.state !== 'parked') return { entry: known, answer: false };
  return { entry: replayed(known, at), answer: true };
}

/** Makes a waiting delivery due now. The answer is whether it was not before. */
export function wake(stored: Stored, at: Moment): Transition<boolean> {
  const known = live(stored, at);
  if (known?.state !== 'waiting' || known.dueAt <= at.now) return { entry: known, answer: false };
  return { entry: { ...known, dueAt: at.now }, answer: true };
}

/** A delivery that its holder has let go, until it is due again. */
export function postponed(
  pending: PendingEntry,
  { reason, dueInMs }: Readonly<{ reason: WaitingReason; dueInMs: number }>,
  { now }: Moment,
): WaitingEntry {
  return { ...letGo(pending), state: 'waiting', reason, dueAt: now + dueInMs, expiresAt: untilDone };
}

function parked(pending: PendingEntry, { reason, keepMs, attempt }: Parking, { now }: Moment): ParkedEntry {
  const sent = attempt && { attempt, attemptedAt: now };
  const { delivery, ...rest } = letGo(pending);
  const counted = delivery && { delivery: { ...delivery, lapses: 0 } };
  return { ...rest, ...sent, ...counted, state: 'parked', reason, expiresAt: now + keepMs };
}

/** A parked entry that is due now, as if it had just been accepted. */
function replayed(entry: ParkedEntry, { now, date }: Moment): WaitingEntry {
  const { delivery } = entry;
  const begun = delivery && { delivery: { ...delivery, since: date, attempts: 0 } };
  return { ...entry, ...begun, state: 'waiting', reason: 'replayed', dueAt: now, expiresAt: untilDone };
}

/** The entry of a webhook that is parked without having been attempted. */
export function newlyParked(
  { tenant, delivery, reason }: NewParked,
  keepMs: number,
  at: Moment,
): ParkedEntry {
  return {
    state: 'parked',
    tenant,
    fingerprint: '',
    claimedAt: at.date,
    externalId: '',
    attempt: 'unknown',
    isFindable: false,
    settleWindowMs: 0,
    attemptedAt: null,
    reason,
    expiresAt: at.now + keepMs,
    delivery: { ...newDelivery(delivery, tenant, at), attempts: 0 },
  };
}
