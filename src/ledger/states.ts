/**
 * The states of an entry, and what each call does to it: pure functions of plain data, on which the ledgers stand. Each
 * takes what is stored (undefined: nothing) and gives what is to be stored from now on, the same object if nothing
 * changes, with the answer. docs/architecture.md draws the transitions.
 */
import type {
  AnswerOutcome,
  Claim,
  ClaimResult,
  Entry,
  LedgerTimes,
  Receipt,
  UnconfirmedAttempt,
} from './ledger.ts';
import type { IssuedEntry, Moment, PendingEntry, StoredEntry, UnconfirmedEntry } from './storedentry.ts';

type Stored = StoredEntry | undefined;

/** What is stored after a call, and what the call is answered. */
export type Transition<Answer> = Readonly<{ entry: Stored; answer: Answer }>;

/** The entry, unless its time is over: then there is none. */
export function live(stored: Stored, { now }: Moment): Stored {
  return stored !== undefined && now < stored.expiresAt ? stored : undefined;
}

/** Asks for the right to issue; `owner` is a name that no other claim has. */
export function claim(
  stored: Stored,
  { entry, owner }: Readonly<{ entry: Entry; owner: string }>,
  at: Moment,
  times: LedgerTimes,
): Transition<ClaimResult> {
  const known = live(stored, at);
  if (known === undefined) return claimNew(entry, owner, at, times);
  if (known.state === 'issued') return { entry: known, answer: answerOfIssued(known, entry) };
  if (known.state === 'pending' && at.now < known.leaseEnds)
    return { entry: known, answer: { result: 'busy' } };
  const pending = takeOver(asUnconfirmed(known), { entry, owner }, at, times);
  const { externalId, attemptedAt, attempt, claimedAt, leaseEnds, settleWindowMs } = pending;
  const held = Object.freeze({ key: entry.key, owner, externalId, leasedUntil: leaseEnds });
  const believeMissIn = Math.max(0, attemptedAt + settleWindowMs - at.now);
  const answer = { result: 'unconfirmed', claim: held, believeMissIn } as const;
  return { entry: pending, answer: { ...answer, attempt, claimedAt } };
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
  return { entry: { ...pending, leaseEnds, expiresAt: at.now + retentionMs }, answer };
}

/** The reward exists; remembered for `keepMs`. */
export function settle(
  stored: Stored,
  { held, receipt, keepMs }: Readonly<{ held: Claim; receipt: Receipt; keepMs: number }>,
  at: Moment,
): Transition<boolean> {
  const pending = heldBy(stored, held, at);
  if (pending === undefined) return { entry: live(stored, at), answer: false };
  const { fingerprint, externalId } = pending;
  const kept = { isAnswered: false, expiresAt: at.now + keepMs };
  return { entry: { state: 'issued', fingerprint, externalId, receipt, ...kept }, answer: true };
}

/** A create was sent and its outcome is unknown. The answer is whether the claim was still held. */
export function markUnconfirmed(
  stored: Stored,
  { held, attempt, isFindable }: Readonly<{ held: Claim }> & UnconfirmedAttempt,
  at: Moment,
  { retentionMs }: LedgerTimes,
): Transition<boolean> {
  const pending = heldBy(stored, held, at);
  if (pending === undefined) return { entry: live(stored, at), answer: false };
  const known = { attempt, isFindable, expiresAt: at.now + retentionMs };
  return { entry: { ...unheld(pending, at.now), ...known }, answer: true };
}

/** Nothing came of the claim. The answer is whether it was still held. */
export function release(stored: Stored, held: Claim, at: Moment): Transition<boolean> {
  const pending = heldBy(stored, held, at);
  if (pending === undefined) return { entry: live(stored, at), answer: false };
  const { attemptedAt } = pending;
  return { entry: attemptedAt === null ? undefined : unheld(pending, attemptedAt), answer: true };
}

/** What became of an answer that names the reward with this `external_id`. */
export function recordAnswer(
  stored: Stored,
  { externalId, isSent, keepMs }: Readonly<{ externalId: string }> & AnswerOutcome,
  at: Moment,
  { retentionMs }: LedgerTimes,
): Transition<undefined> {
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
  const issued = issuedAs(stored, externalId, at);
  return issued === undefined || issued.isAnswered ? unchanged(stored, at) : keepFor(issued, keepMs, at);
}

function claimNew(
  { key, tenant, fingerprint, externalId }: Entry,
  owner: string,
  at: Moment,
  { leaseMs, settleWindowMs, retentionMs }: LedgerTimes,
): Transition<ClaimResult> {
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
    expiresAt: at.now + retentionMs,
  };
  return {
    entry: pending,
    answer: {
      result: 'won',
      claim: Object.freeze({ key, owner, externalId, leasedUntil: pending.leaseEnds }),
    },
  };
}

function answerOfIssued({ fingerprint, receipt, externalId }: IssuedEntry, entry: Entry): ClaimResult {
  if (fingerprint !== entry.fingerprint) return { result: 'mismatch' };
  return { result: 'issued', receipt, externalId };
}

/** An entry that another may take: of one whose lease ran out, a create may have been under way until then. */
function asUnconfirmed(known: PendingEntry | UnconfirmedEntry): UnconfirmedEntry {
  if (known.state === 'unconfirmed') return known;
  const attempt = known.attempt === 'refused' ? 'sent' : known.attempt;
  return { ...unheld(known, known.leaseEnds), attempt, isFindable: false };
}

/** The entry under a new owner. What is known of the attempt is so of its own fingerprint only. */
function takeOver(
  known: UnconfirmedEntry,
  { entry: { fingerprint }, owner }: Readonly<{ entry: Entry; owner: string }>,
  at: Moment,
  { leaseMs, settleWindowMs, retentionMs }: LedgerTimes,
): PendingEntry & Pick<UnconfirmedEntry, 'attemptedAt'> {
  const other = { fingerprint, claimedAt: at.date, attempt: 'unknown' } as const;
  return {
    ...known,
    ...(fingerprint === known.fingerprint ? {} : other),
    state: 'pending',
    owner,
    leaseEnds: at.now + leaseMs,
    settleWindowMs: Math.max(settleWindowMs, known.settleWindowMs),
    expiresAt: at.now + retentionMs,
  };
}

function unheld(pending: PendingEntry, attemptedAt: number): UnconfirmedEntry {
  const { tenant, fingerprint, claimedAt, externalId, attempt, isFindable, settleWindowMs, expiresAt } =
    pending;
  const rest = { tenant, fingerprint, claimedAt, externalId, attempt, isFindable, settleWindowMs, expiresAt };
  return { ...rest, state: 'unconfirmed', attemptedAt };
}

/** The entry, if this claim holds it; a lease that ran out is no matter while nobody else took it. */
function heldBy(stored: Stored, { owner }: Claim, at: Moment): PendingEntry | undefined {
  const known = live(stored, at);
  return known?.state === 'pending' && known.owner === owner ? known : undefined;
}

function issuedAs(stored: Stored, externalId: string, at: Moment): IssuedEntry | undefined {
  const known = live(stored, at);
  return known?.state === 'issued' && known.externalId === externalId ? known : undefined;
}

/** Kept for so long from now; with 0 it is forgotten at once. */
function keepFor(issued: IssuedEntry, keepMs: number, { now }: Moment): Transition<undefined> {
  return { entry: keepMs === 0 ? undefined : { ...issued, expiresAt: now + keepMs }, answer: undefined };
}

function unchanged(stored: Stored, at: Moment): Transition<undefined> {
  return { entry: live(stored, at), answer: undefined };
}
