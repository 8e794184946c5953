import { dayBudget } from '../../delivery/limits/budgetnames.ts';
import { type Ledger, LedgerUnavailable, type Spent } from '../../ledger/ledger.ts';
import { type Day, dayOf } from '../../lib/calendar/dayof.ts';
import type { Budget } from '../../tenants/limits.ts';
import type { Tenant } from '../../tenants/tenant.ts';

/** A tenant's budget of the day that it has there. */
export type DayBudget = Readonly<{
  budget: Budget;
  /** When the next day begins, in milliseconds since the epoch. */
  endsAt: number;
  /** Null: the ledger cannot be asked now. */
  spent: Pick<Spent, 'rewards' | 'cents'> | null;
}>;

type Asked = Omit<DayBudget, 'spent'> & Readonly<{ slug: string; name: string }>;

/** The budgets of the day of those tenants that have one, by slug; `now` in milliseconds since the epoch. */
export async function dayBudgetsOf(
  tenants: readonly Tenant[],
  now: number,
  ledger: Pick<Ledger, 'spent'>,
): Promise<ReadonlyMap<string, DayBudget>> {
  const asked = askedOf(tenants, now);
  if (asked.length === 0) return new Map();
  const known = await spentNow(
    asked.map(({ name }) => name),
    ledger,
  );
  return new Map(asked.map(({ slug, name, ...day }) => [slug, { ...day, spent: known(name) }]));
}

function askedOf(tenants: readonly Tenant[], now: number): readonly Asked[] {
  const dayIn = daysAt(now);
  return tenants.flatMap(({ slug, limits, rewards }) => {
    if (limits?.perDay === undefined) return [];
    const { name, endsInMs } = dayIn(rewards.timezone);
    return [{ slug, budget: limits.perDay, endsAt: now + endsInMs, name: dayBudget(slug, name) }];
  });
}

/** The day in each time zone, of which there are fewer than tenants. */
function daysAt(now: number): (zone: string) => Day {
  const days = new Map<string, Day>();
  return (zone) => {
    const day = days.get(zone) ?? dayOf(zone, now);
    days.set(zone, day);
    return day;
  };
}

/** Tenants are shown while the ledger is away too: then is when one looks at them. */
async function spentNow(
  names: readonly string[],
  ledger: Pick<Ledger, 'spent'>,
): Promise<(name: string) => DayBudget['spent']> {
  try {
    const byName = new Map((await ledger.spent(names)).map((each) => [each.budget, each]));
    return (name) => byName.get(name) ?? { rewards: 0, cents: 0 };
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
    return () => null;
  }
}
