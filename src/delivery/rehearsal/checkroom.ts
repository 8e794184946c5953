import type { Reservation } from '../../ledger/budgets/budgets.ts';
import type { Ledger, Spent } from '../../ledger/ledger.ts';
import { dayOf } from '../../lib/calendar/dayof.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Tenant } from '../../tenants/tenant.ts';
import { BudgetExceeded } from '../limits/budgetexceeded.ts';
import { type Cost, reservationOf } from '../limits/tenantbudgets.ts';

type Parts = Readonly<{ ledger: Pick<Ledger, 'spent'>; clock: Pick<Clock, 'now'> }>;

type Reserved = Reservation['charges'][number];

/**
 * Looks whether the tenant's budgets of today have room for what would be created, and charges none of them.
 *
 * @throws BudgetExceeded when one of them has none, LedgerUnavailable
 */
export async function checkRoom({ ledger, clock }: Parts, tenant: Tenant, cost: Cost): Promise<void> {
  const day = dayOf(tenant.rewards.timezone, clock.now());
  const { charges } = reservationOf(tenant, day, cost);
  if (charges.length === 0) return;
  const spent = await ledger.spent(charges.map(({ budget }) => budget));
  const isFull = (charge: Reserved): boolean =>
    !hasRoom(
      charge,
      spent.find(({ budget }) => budget === charge.budget),
    );
  if (charges.some(isFull)) throw new BudgetExceeded(day.endsInMs);
}

function hasRoom(charge: Reserved, spent: Spent | undefined): boolean {
  const { rewards = Infinity, cents = Infinity } = charge.limits;
  const { rewards: ofRewards, cents: ofCents } = spent ?? { rewards: 0, cents: 0 };
  return ofRewards + charge.rewards <= rewards && ofCents + charge.cents <= cents;
}
