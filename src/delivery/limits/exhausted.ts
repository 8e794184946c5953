import type { Clock } from '../../lib/clock.ts';
import type { Tenant } from '../../tenants/tenant.ts';
import { BudgetExceeded } from './budgetexceeded.ts';

/** After a budget had no room, one webhook in so many milliseconds is let try all the same: another may have given something back. */
const everyMs = 3000;

type Known = Readonly<{
  /** Of the tenant as it was: another one may have other limits. */
  limits: Tenant['limits'];
  /** A reward of so many cents, or of more, had no room. */
  cents: number;
  /** When one was let try last, and when the next day begins, by the monotonic clock. */
  triedAt: number;
  dayEndsAt: number;
}>;

/**
 * The tenants whose own budget of the day had no room a moment ago, as this replica knows it: nothing is asked of Omneo for
 * what would be held anyway.
 */
export class ExhaustedTenants {
  readonly #known = new Map<string, Known>();
  readonly #clock: Pick<Clock, 'monotonic'>;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** A budget had no room for a reward of so many cents, or, with 0, for any; the next day begins in `endsInMs`. */
  add({ slug, limits }: Tenant, cents: number, endsInMs: number): void {
    const now = this.#clock.monotonic();
    const before = this.#current(slug, limits)?.cents ?? Infinity;
    const dayEndsAt = now + endsInMs;
    this.#known.set(slug, { limits, cents: Math.min(before, cents), triedAt: now, dayEndsAt });
  }

  /** There was room. */
  remove(slug: string): void {
    this.#known.delete(slug);
  }

  /** Why a reward of so many cents is not to be tried; undefined: it may be. */
  refusalOf({ slug, limits }: Tenant, cents: number): BudgetExceeded | undefined {
    const known = this.#current(slug, limits);
    if (known === undefined || cents < known.cents) return undefined;
    const now = this.#clock.monotonic();
    if (now >= known.triedAt + everyMs) {
      this.#known.set(slug, { ...known, triedAt: now });
      return undefined;
    }
    return new BudgetExceeded(known.dayEndsAt - now);
  }

  #current(slug: string, limits: Tenant['limits']): Known | undefined {
    const known = this.#known.get(slug);
    if (known !== undefined && known.limits === limits && this.#clock.monotonic() < known.dayEndsAt)
      return known;
    this.#known.delete(slug);
    return undefined;
  }
}
