/** What the calls of a ledger share: the form of a change to an entry, and which entries a call may change. */
import type { Charge } from './budgets/budgets.ts';
import type { Claim } from './ledger.ts';
import type { Moment, PendingEntry, StoredDelivery, StoredEntry } from './storedentry.ts';

/** What is stored under a key; undefined: nothing. */
export type Stored = StoredEntry | undefined;

/** What is stored after a call, and what the call is answered. */
export type Transition<Answer> = Readonly<{
  entry: Stored;
  answer: Answer;
  /** What had the key before, and goes on under one of its own. */
  separated?: StoredEntry;
  /** What budgets get back. */
  givenBack?: readonly Charge[];
  /** What is taken from budgets, after that; each is kept for so many milliseconds from its first charge on. */
  charged?: Readonly<{ charges: readonly Charge[]; keepMs: number }>;
}>;

/** The entry, unless its time is over: then there is none. */
export function live(stored: Stored, { now }: Moment): Stored {
  return stored !== undefined && now < stored.expiresAt ? stored : undefined;
}

/** The entry, if this claim holds it; a lease that ran out is no matter while nobody else took it. */
export function heldBy(stored: Stored, { owner }: Claim, at: Moment): PendingEntry | undefined {
  const known = live(stored, at);
  return known?.state === 'pending' && known.owner === owner ? known : undefined;
}

/** An entry that its holder has let go, without the state that it has from now on. */
export function letGo(pending: PendingEntry): Omit<PendingEntry, 'state' | 'owner' | 'leaseEnds'> {
  const { state, owner, leaseEnds, ...rest } = pending;
  return rest;
}

/** What an entry says of budgets, which stays as it changes hands; nothing for one that no budget is charged for. */
export function aboutBudgets({
  reserved,
  released,
}: Pick<PendingEntry, 'reserved' | 'released'>): Pick<PendingEntry, 'reserved' | 'released'> {
  return { ...(reserved && { reserved }), ...(released !== undefined && { released }) };
}

/** A delivery is kept until it is done, however long that takes. */
export const untilDone = Number.POSITIVE_INFINITY;

/** Until when an entry that is not done is kept: a delivery until it is done. */
export function keptUntil(delivery: StoredDelivery | undefined, expiresAt: number): number {
  return delivery === undefined ? expiresAt : untilDone;
}
