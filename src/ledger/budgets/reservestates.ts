/** What reserving does to an entry and to budgets: pure functions of plain data, as in states.ts. */
import type { Claim, Spent } from '../ledger.ts';
import type { Moment, PendingEntry, StoredEntry } from '../storedentry.ts';
import { type Stored, type Transition, heldBy, live } from '../transition.ts';
import type { Charge, Exceeded, Reservation, Reserved } from './budgets.ts';

/** What is spent of a budget by now. */
export type SpentOf = (budget: string) => Omit<Spent, 'budget'>;

/**
 * Charges budgets under a claim, once. What an earlier claim of the entry has charged is given back: whoever reserves has
 * looked, and nothing came of that one.
 */
export function reserve(
  stored: Stored,
  { held, reservation }: Readonly<{ held: Claim; reservation: Reservation }>,
  spentOf: SpentOf,
  at: Moment,
): Transition<Reserved> {
  const pending = heldBy(stored, held, at);
  if (pending === undefined) return { entry: live(stored, at), answer: { result: 'lost' } };
  if (pending.reserved?.by === pending.owner) return { entry: pending, answer: { result: 'reserved' } };
  const before = pending.reserved?.charges ?? [];
  const exceeded =
    pending.released === pending.fingerprint ? undefined : exceededBy(reservation, spentOf, before);
  if (exceeded !== undefined)
    return {
      entry: before.length === 0 ? pending : { ...pending, reserved: undefined },
      answer: { result: 'exceeded', ...exceeded },
      givenBack: before,
    };
  const charges = reservation.charges.map(({ budget, rewards, cents }) => ({ budget, rewards, cents }));
  return {
    entry: { ...pending, reserved: { by: pending.owner, charges } },
    answer: { result: 'reserved' },
    givenBack: before,
    charged: { charges, keepMs: reservation.keepMs },
  };
}

/** After a definite failure: what this very claim has charged is given back. */
export function givingBack<Answer>(
  { reserved, owner }: PendingEntry,
  transition: Transition<Answer>,
): Transition<Answer> {
  if (reserved?.by !== owner) return transition;
  const { entry } = transition;
  return { ...transition, entry: entry && withoutCharges(entry), givenBack: reserved.charges };
}

function withoutCharges(entry: StoredEntry): StoredEntry {
  return entry.state === 'issued' ? entry : { ...entry, reserved: undefined };
}

/** The first budget that has no room, once what was charged before is given back. */
function exceededBy(
  { charges }: Reservation,
  spentOf: SpentOf,
  before: readonly Charge[],
): Exceeded | undefined {
  for (const { budget, limits, ...charge } of charges) {
    for (const limit of ['rewards', 'cents'] as const) {
      const given = sumOf(before.filter((each) => each.budget === budget).map((each) => each[limit]));
      if (spentOf(budget)[limit] - given + charge[limit] > (limits[limit] ?? Infinity))
        return { budget, limit };
    }
  }
  return undefined;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
