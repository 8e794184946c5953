/** What the calls of a DeliveryLedger do to an entry: pure functions of plain data, as in states.ts. */
import type { NewParked, Parking, WaitingReason } from './deliveries.ts';
import type { AttemptNote } from './deliveryadmin.ts';
import { eventsOf, joined, withAttempt } from './history.ts';
import { outboxedAt } from './outboxstates.ts';
import { broughtAnew, newDelivery, withoutLapses } from './storeddelivery.ts';
import { givingBack } from '../budgets/reservestates.ts';
import type { Claim } from '../ledger.ts';
import type {
  Moment,
  ParkedEntry,
  PendingEntry,
  StoredDelivery,
  StoredEntry,
  WaitingEntry,
} from '../storedentry.ts';
import { type Stored, type Transition, heldBy, letGo, live, untilDone } from '../transition.ts';

/** How the attempt ended, for the events. */
export type Noted = Readonly<{ note?: AttemptNote | undefined }>;

/** The attempt made nothing: due again later. The answer is whether the claim of a delivery was still held. */
export function postpone(
  stored: Stored,
  { held, note, ...why }: Readonly<{ held: Claim; reason: WaitingReason; dueInMs: number } & Noted>,
  at: Moment,
): Transition<boolean> {
  const pending = heldBy(stored, held, at);
  if (!pending?.delivery) return { entry: live(stored, at), answer: false };
  return givingBack(pending, { entry: noted(postponed(pending, why, at), note, at), answer: true });
}

/** No further attempt is made by itself. The answer is whether the claim of a delivery was still held. */
export function park(
  stored: Stored,
  { held, note, ...parking }: Readonly<{ held: Claim }> & Parking & Noted,
  at: Moment,
): Transition<boolean> {
  const pending = heldBy(stored, held, at);
  if (!pending?.delivery) return { entry: live(stored, at), answer: false };
  const made = { entry: noted(parked(pending, parking, at), note, at), answer: true };
  return parking.attempt === undefined ? givingBack(pending, made) : made;
}

/** Forgets a delivery. The answer is whether its claim was still held. */
export function drop(stored: Stored, { held }: Readonly<{ held: Claim }>, at: Moment): Transition<boolean> {
  const pending = heldBy(stored, held, at);
  if (!pending?.delivery) return { entry: live(stored, at), answer: false };
  return givingBack(pending, { entry: undefined, answer: true });
}

/** The delivery with the events that it had under another key, if it is the same one. */
export function inherit(stored: Stored, from: StoredDelivery | undefined, at: Moment): Transition<undefined> {
  const known = live(stored, at);
  if (!known?.delivery || known.delivery.id !== from?.id) return { entry: known, answer: undefined };
  const history = joined(eventsOf(from), known.delivery.history);
  return { entry: { ...known, delivery: { ...known.delivery, history } }, answer: undefined };
}

/** Makes a waiting delivery due now. The answer is whether it was not before. */
export function wake(stored: Stored, at: Moment): Transition<boolean> {
  const known = live(stored, at);
  if (known?.state !== 'waiting' || known.dueAt <= at.now) return { entry: known, answer: false };
  return { entry: { ...known, dueAt: at.now }, answer: true };
}

/**
 * Omneo has answered, or failed to, before a delivery waits for these. For the others it may wait before anything is done
 * that could bring a gateway down; postgres/statements/postpone.sql says the same.
 */
const attemptedReasons: ReadonlySet<WaitingReason> = new Set([
  'unavailable',
  'credentials_refused',
  'profile_not_found',
]);

const minuteMs = 60_000;

/** A delivery that its holder has let go, until it is due again. */
export function postponed(
  pending: PendingEntry,
  { reason, dueInMs }: Readonly<{ reason: WaitingReason; dueInMs: number }>,
  { now }: Moment,
): WaitingEntry {
  const { delivery, ...rest } = letGo(pending);
  const counted = delivery && { delivery: attemptedReasons.has(reason) ? withoutLapses(delivery) : delivery };
  const dueAt = reason === 'held' ? nextMinute(now + dueInMs) : now + dueInMs;
  return { ...rest, ...counted, state: 'waiting', reason, dueAt, expiresAt: untilDone };
}

/** What is held is due at a whole minute, so that all that is held until the same moment is taken in the order in which it came. */
function nextMinute(ms: number): number {
  return (Math.floor(ms / minuteMs) + 1) * minuteMs;
}

/** The entry with the note among the events of its delivery, if there are both. */
export function noted<E extends StoredEntry>(entry: E, note: AttemptNote | undefined, { date }: Moment): E {
  const { delivery } = entry;
  return delivery === undefined ? entry : { ...entry, delivery: withAttempt(delivery, note, date) };
}

function parked(
  pending: PendingEntry,
  { reason, keepMs, attempt, toOutbox = false }: Parking,
  at: Moment,
): ParkedEntry {
  const { now } = at;
  const sent = attempt && { attempt, attemptedAt: now };
  const { delivery, ...rest } = letGo(pending);
  const counted = delivery && { delivery: withoutLapses(delivery) };
  const outboxed = toOutbox && outboxedAt(at);
  return { ...rest, ...sent, ...counted, ...outboxed, state: 'parked', reason, expiresAt: now + keepMs };
}

/** The entry of a webhook that is parked without having been attempted; `before` is a delivery of an equal one that was discarded. */
export function newlyParked(
  { tenant, delivery: brought, reason }: NewParked,
  keepMs: number,
  at: Moment,
  before?: StoredDelivery,
): ParkedEntry & { delivery: StoredDelivery } {
  const delivery = broughtAnew(before, newDelivery(brought, tenant, at), at);
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
    delivery: { ...delivery, attempts: 0 },
  };
}
