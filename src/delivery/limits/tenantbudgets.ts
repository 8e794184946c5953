import type { BudgetLimits, Reservation } from '../../ledger/budgets/budgets.ts';
import type { Claim, Ledger } from '../../ledger/ledger.ts';
import { type Day, dayOf } from '../../lib/calendar/dayof.ts';
import type { Clock } from '../../lib/clock.ts';
import { notReady } from '../../lib/problem.ts';
import type { Budget } from '../../tenants/limits.ts';
import type { Tenant } from '../../tenants/tenant.ts';
import type { LatestCounts } from '../counts/latestcounts.ts';
import { BudgetExceeded } from './budgetexceeded.ts';
import { dayBudget, profileBudget } from './budgetnames.ts';
import { ExhaustedTenants } from './exhausted.ts';
import { isHeldBefore } from './heldbefore.ts';

/** Budgets are kept so long in milliseconds: until whatever was charged on their day has ended. */
const keepMs = 3 * 24 * 3_600_000;

/** What is about to be created: one reward of so many cents, for the customer with this id in Omneo. */
export type Cost = Readonly<{ cents: number; profileId: string }>;

type Parts = Readonly<{
  ledger: Pick<Ledger, 'reserve'>;
  /** What waits, as it was counted last. */
  counts: Pick<LatestCounts, 'of'>;
  clock: Pick<Clock, 'now' | 'monotonic'>;
}>;

/** Holds webhooks of tenants that have budgets against them. */
export class TenantBudgets {
  readonly #parts: Parts;
  readonly #exhausted: ExhaustedTenants;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#exhausted = new ExhaustedTenants(parts.clock);
  }

  /** Why a webhook for so many cents is not to be tried now; undefined: it may be. */
  refusalOf(tenant: Tenant, cents: number): BudgetExceeded | undefined {
    return this.#exhausted.refusalOf(tenant, cents);
  }

  /**
   * The same for one that comes now, and is stored: as long as some are held that came on an earlier day, those go first. It is
   * due when those are that are held until today, or later, and never before them.
   */
  refusalOfStored(tenant: Tenant, cents: number): BudgetExceeded | undefined {
    const { counts, clock } = this.#parts;
    const refusal = this.refusalOf(tenant, cents);
    if (refusal !== undefined || !isHeldBefore(tenant, counts, clock.now())) return refusal;
    return new BudgetExceeded(0);
  }

  /**
   * Charges the tenant's budgets of today for what a claim is about to create.
   *
   * @throws BudgetExceeded when one of them has no room, Problem `not_ready` when the claim is lost, LedgerUnavailable
   */
  async reserve(tenant: Tenant, claim: Claim, cost: Cost): Promise<void> {
    const day = dayOf(tenant.rewards.timezone, this.#parts.clock.now());
    const reserved = await this.#parts.ledger.reserve(claim, reservationOf(tenant, day, cost));
    switch (reserved.result) {
      case 'reserved':
        this.#exhausted.remove(tenant.slug);
        return;
      case 'lost':
        throw notReady('this attempt took too long');
      case 'exceeded':
        if (reserved.budget === dayBudget(tenant.slug, day.name))
          this.#exhausted.add(tenant, reserved.limit === 'rewards' ? 0 : cost.cents, day.endsInMs);
        throw new BudgetExceeded(day.endsInMs);
    }
  }
}

/** What is taken from the budgets of a tenant on a day. Its own comes first: all replicas lock budgets in this order. */
export function reservationOf(
  { slug, limits: { perDay, perProfilePerDay } = {} }: Tenant,
  { name }: Day,
  { cents, profileId }: Cost,
): Reservation {
  const chargeOf = (budget: string, most: Budget): Reservation['charges'][number] => {
    return { budget, rewards: 1, cents, limits: limitsOf(most, cents) };
  };
  return {
    charges: [
      ...(perDay ? [chargeOf(dayBudget(slug, name), perDay)] : []),
      ...(perProfilePerDay ? [chargeOf(profileBudget(slug, name, profileId), perProfilePerDay)] : []),
    ],
    keepMs,
  };
}

/** What is worth nothing takes nothing of an amount, also of one that is overspent. */
function limitsOf({ rewards, amount }: Budget, cents: number): BudgetLimits {
  return {
    ...(rewards !== undefined && { rewards }),
    ...(amount !== undefined && cents > 0 && { cents: Math.round(amount * 100) }),
  };
}
