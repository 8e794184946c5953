/**
 * The states of an entry, and what each call does to it: pure functions of plain data, on which the ledgers stand. Each
 * takes what is stored (undefined: nothing) and gives what is to be stored from now on, the same object if nothing
 * changes, with the answer. docs/architecture.md draws the transitions.
 */
import type { Claim, ClaimResult, Entry, LedgerTimes, UnconfirmedAttempt } from './ledger.ts';
import { givingBack } from './budgets/reservestates.ts';
import { type Noted, noted, postponed } from './deliveries/deliverystates.ts';
import { type Settled, issuedDelivery } from './deliveries/outboxstates.ts';
import { claimOn, isSeparate, separated, takenOver, withoutLapses } from './deliveries/storeddelivery.ts';
import type {
  DiscardedEntry,
  IssuedEntry,
  Moment,
  ParkedEntry,
  PendingEntry,
  StoredDelivery,
  StoredEntry,
  UnconfirmedEntry,
  WaitingEntry,
} from './storedentry.ts';
import { type Stored, type Transition, aboutBudgets, heldBy, keptUntil, letGo, live } from './transition.ts';

/** An entry that nobody holds, and whose reward is not known to exist. */
type UnheldEntry = UnconfirmedEntry | WaitingEntry | ParkedEntry | DiscardedEntry;

/** A claim that is held now, as it is answered. */
type Held = Extract<ClaimResult, { claim: Claim }>;

/** Asks for the right to issue; `owner` is a name that no other claim has. */
export function claim(
  stored: Stored,
  { entry, owner }: Readonly<{ entry: Entry; owner: string }>,
  at: Moment,
  times: LedgerTimes,
): Transition<ClaimResult> {
  const known = live(stored, at);
  if (known === undefined) return claimNew(entry, owner, at, times);
  const isHeld = known.state === 'pending' && at.now < known.leaseEnds;
  if (isHeld) return { entry: known, answer: answerOfHeld(known, entry, at) };
  if (isSeparate(known.delivery, at))
    return { ...claimNew(entry, owner, at, times), separated: separated(known) };
  if (known.state === 'issued') return { entry: known, answer: answerOfIssued(known, entry) };
  if (known.delivery !== undefined && known.state !== 'parked' && known.state !== 'discarded')
    return { entry: known, answer: answerOfStored(known, known.delivery, entry) };
  const pending = takeOver(asUnheld(known), { entry, owner }, at, times);
  return { entry: pending, answer: heldAnswer(pending, entry.key, at) };
}

/**
 * Takes a delivery that is due or whose lease ran out, under the same fingerprint; the answer is null if it is neither.
 * One that is separate from its key by now has to be stored under one of its own: then `key` is that.
 */
export function take(
  stored: Stored,
  { key, owner }: Readonly<{ key: string; owner: string }>,
  at: Moment,
  times: LedgerTimes,
): Transition<Held | null> {
  const known = live(stored, at);
  if (!isDue(known, at)) return { entry: known, answer: null };
  const { tenant, fingerprint, externalId } = known;
  const entry = { key, tenant, fingerprint, externalId };
  const free = afterHold(asUnheld(known), at);
  const unheld = isSeparate(known.delivery, at) ? separated(free) : free;
  const pending = takeOver(unheld, { entry, owner }, at, times);
  return { entry: pending, answer: heldAnswer(pending, key, at) };
}

/** Parks a delivery that is due or whose lease ran out. The answer is whether it was either. */
export function giveUp(stored: Stored, keepMs: number, at: Moment): Transition<boolean> {
  const known = live(stored, at);
  if (!isDue(known, at)) return { entry: known, answer: false };
  return { entry: givenUp(asUnheld(known), at.now + keepMs), answer: true };
}

/** Starts the lease anew. */
export function renew(
  stored: Stored,
  held: Claim,
  at: Moment,
  { leaseMs, retentionMs }: LedgerTimes,
): Transition<Claim | null> {
  const pending = heldBy(stored, held, at);
  if (pending === undefined) return { entry: live(stored, at), answer: null };
  const leaseEnds = at.now + leaseMs;
  const answer = Object.freeze({ ...held, leasedUntil: leaseEnds });
  const expiresAt = keptUntil(pending.delivery, at.now + retentionMs);
  return { entry: { ...pending, leaseEnds, expiresAt }, answer };
}

/** The reward exists; remembered for `keepMs`. */
export function settle(
  stored: Stored,
  { held, receipt, keepMs, ...details }: Settled,
  at: Moment,
): Transition<boolean> {
  const pending = heldBy(stored, held, at);
  if (pending === undefined) return { entry: live(stored, at), answer: false };
  const { fingerprint, externalId, delivery } = pending;
  const kept = { isAnswered: false, expiresAt: at.now + keepMs };
  const issued: IssuedEntry = { state: 'issued', fingerprint, externalId, receipt, ...kept };
  if (delivery === undefined) return { entry: issued, answer: true };
  return { entry: noted(issuedDelivery(issued, delivery, details, at), details.note, at), answer: true };
}

/** A create was sent and its outcome is unknown. The answer is whether the claim was still held. */
export function markUnconfirmed(
  stored: Stored,
  { held, attempt, isFindable, note }: Readonly<{ held: Claim }> & UnconfirmedAttempt & Noted,
  at: Moment,
  { retentionMs }: LedgerTimes,
): Transition<boolean> {
  const pending = heldBy(stored, held, at);
  if (pending === undefined) return { entry: live(stored, at), answer: false };
  const known = { attempt, isFindable, expiresAt: keptUntil(pending.delivery, at.now + retentionMs) };
  const entry = { ...unheld(pending, at.now), ...known };
  if (pending.delivery === undefined) return { entry, answer: true };
  const dueAt = at.now + pending.settleWindowMs;
  const delivery = withoutLapses(pending.delivery);
  const waiting: WaitingEntry = { ...entry, delivery, state: 'waiting', reason: 'unconfirmed', dueAt };
  return { entry: noted(waiting, note, at), answer: true };
}

/** Nothing came of the claim. The answer is whether it was still held. */
export function release(stored: Stored, held: Claim, at: Moment): Transition<boolean> {
  const pending = heldBy(stored, held, at);
  if (pending === undefined) return { entry: live(stored, at), answer: false };
  return givingBack(pending, { entry: releasedOf(pending, at), answer: true });
}

function releasedOf(pending: PendingEntry, at: Moment): Stored {
  if (pending.delivery !== undefined) return postponed(pending, { reason: 'unavailable', dueInMs: 0 }, at);
  const { attemptedAt } = pending;
  return attemptedAt === null ? undefined : unheld(pending, attemptedAt);
}

function claimNew(
  entry: Entry,
  owner: string,
  at: Moment,
  { leaseMs, settleWindowMs, retentionMs }: LedgerTimes,
): Transition<ClaimResult> {
  const { key, tenant, fingerprint, externalId } = entry;
  const delivery = takenOver(undefined, entry, at);
  const pending: PendingEntry = {
    state: 'pending',
    tenant,
    fingerprint,
    claimedAt: at.date,
    externalId,
    owner,
    leaseEnds: at.now + leaseMs,
    attemptedAt: null,
    attempt: 'unknown',
    isFindable: false,
    settleWindowMs,
    expiresAt: keptUntil(delivery, at.now + retentionMs),
    ...(delivery && { delivery }),
  };
  return { entry: pending, answer: heldAnswer(pending, key, at) };
}

/** What the holder of an entry is answered. */
function heldAnswer(pending: PendingEntry, key: string, { now }: Moment): Held {
  const { owner, externalId, leaseEnds, attemptedAt, settleWindowMs, attempt, claimedAt, delivery } = pending;
  const claim = claimOn({ key, owner, externalId, leasedUntil: leaseEnds }, delivery);
  if (attemptedAt === null) return { result: 'won', claim, claimedAt };
  const missConclusiveIn = Math.max(0, attemptedAt + settleWindowMs - now);
  return { result: 'unconfirmed', claim, missConclusiveIn, attempt, claimedAt };
}

/** A copy gets the id of the delivery, as long as it is a copy. */
function answerOfHeld({ delivery, ...known }: PendingEntry, entry: Entry, at: Moment): ClaimResult {
  const isSame = known.fingerprint === entry.fingerprint && !isSeparate(delivery, at);
  if (delivery === undefined || !isSame) return { result: 'busy' };
  return { result: 'busy', accepted: { deliveryId: delivery.id, externalId: known.externalId } };
}

/** A stored webhook is delivered, whatever else comes under its key. */
function answerOfStored(known: StoredEntry, { id }: StoredDelivery, entry: Entry): ClaimResult {
  if (known.fingerprint !== entry.fingerprint) return { result: 'mismatch' };
  return { result: 'accepted', accepted: { deliveryId: id, externalId: known.externalId } };
}

function answerOfIssued({ fingerprint, receipt, externalId }: IssuedEntry, entry: Entry): ClaimResult {
  if (fingerprint !== entry.fingerprint) return { result: 'mismatch' };
  return { result: 'issued', receipt, externalId };
}

/** An entry that another may take: of one whose lease ran out, a create may have been under way until then. */
function asUnheld(known: PendingEntry | UnheldEntry): UnheldEntry {
  if (known.state !== 'pending') return known;
  const attempt = known.attempt === 'refused' ? 'sent' : known.attempt;
  const { delivery } = known;
  const lapsed = delivery && { delivery: { ...delivery, lapses: delivery.lapses + 1 } };
  return { ...unheld(known, known.leaseEnds), attempt, isFindable: false, ...lapsed };
}

/** While a budget held it, it was not tried. */
function afterHold(known: UnheldEntry, { date }: Moment): UnheldEntry {
  if (known.state !== 'waiting' || known.reason !== 'held' || !known.delivery) return known;
  return { ...known, delivery: { ...known.delivery, triedSince: date } };
}

/** Whether a courier may take it. */
function isDue(
  known: Stored,
  { now }: Moment,
): known is (PendingEntry | WaitingEntry) & { delivery: StoredDelivery } {
  if (!known?.delivery) return false;
  return (
    (known.state === 'waiting' && known.dueAt <= now) || (known.state === 'pending' && known.leaseEnds <= now)
  );
}

/** The entry under a new owner. What is known of the attempt is so of its own fingerprint only. */
function takeOver(
  known: UnheldEntry,
  { entry, owner }: Readonly<{ entry: Entry; owner: string }>,
  at: Moment,
  { leaseMs, settleWindowMs, retentionMs }: LedgerTimes,
): PendingEntry {
  const { tenant, claimedAt, externalId, attempt, isFindable, attemptedAt } = known;
  const same = { tenant, claimedAt, externalId, attempt, isFindable, attemptedAt, ...aboutBudgets(known) };
  const { fingerprint } = entry;
  const other = { claimedAt: at.date, attempt: 'unknown' } as const;
  const delivery = takenOver(known.delivery, entry, at);
  return {
    ...same,
    ...(fingerprint === known.fingerprint ? {} : other),
    fingerprint,
    state: 'pending',
    owner,
    leaseEnds: at.now + leaseMs,
    settleWindowMs: Math.max(settleWindowMs, known.settleWindowMs),
    expiresAt: keptUntil(delivery, at.now + retentionMs),
    ...(delivery && { delivery }),
  };
}

function givenUp(known: UnheldEntry, expiresAt: number): ParkedEntry {
  const { tenant, fingerprint, claimedAt, externalId, attempt, isFindable, settleWindowMs, attemptedAt } =
    known;
  const same = {
    tenant,
    fingerprint,
    claimedAt,
    externalId,
    attempt,
    isFindable,
    settleWindowMs,
    attemptedAt,
    ...aboutBudgets(known),
  };
  const delivery = known.delivery && { delivery: withoutLapses(known.delivery) };
  return { ...same, ...delivery, state: 'parked', reason: 'gave_up', expiresAt };
}

function unheld(pending: PendingEntry, attemptedAt: number): UnconfirmedEntry {
  return { ...letGo(pending), state: 'unconfirmed', attemptedAt };
}
