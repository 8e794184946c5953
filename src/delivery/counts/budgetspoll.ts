import type { Ledger, Spent } from '../../ledger/ledger.ts';
import { dayOf } from '../../lib/calendar/dayof.ts';
import type { Clock } from '../../lib/clock.ts';
import { type Log, errorNames } from '../../lib/log.ts';
import { Poll } from '../../lib/poll.ts';
import type { Registry } from '../../tenants/registry.ts';
import { tenantBehind } from '../../tenants/tenant.ts';
import { dayBudget } from '../limits/budgetnames.ts';
import { type BudgetOfDay, usesOf } from '../../tenants/budgetuse.ts';

/** From the end of one look to the next, in milliseconds; the first comes within that time. */
const everyMs = 15_000;

type Parts = Readonly<{
  ledger: Pick<Ledger, 'spent'>;
  registry: Pick<Registry, 'slugs' | 'get' | 'holder'>;
  clock: Clock;
  random: () => number;
  log: Log;
  /** Whether webhooks of a tenant wait since a budget had no room for them, as far as they were counted. */
  isHolding: (slug: string) => boolean;
  /** Called with the budgets of today, of all tenants that have one. */
  observe: (budgets: readonly BudgetOfDay[]) => void;
}>;

/** Looks now and then what is used of the tenants' budgets of today, off the way of the webhooks. */
export class BudgetsPoll {
  readonly #parts: Parts;
  readonly #poll: Poll;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#poll = new Poll({ clock: parts.clock, everyMs, look: () => this.#look() });
  }

  /** Looks again and again until it is stopped. */
  start(): void {
    // Replicas that start at once would look at once.
    this.#poll.startIn(this.#parts.random() * everyMs);
  }

  stop(): void {
    this.#poll.stop();
  }

  async #look(): Promise<void> {
    const { ledger, log, observe } = this.#parts;
    try {
      const budgets = this.#today();
      const names = budgets.map(({ name }) => name);
      const spent = names.length === 0 ? [] : await ledger.spent(names);
      if (!this.#poll.isStopped) observe(usedOf(budgets, spent));
    } catch (error) {
      // What was seen last stays. A webhook that needs the ledger meanwhile fails by itself, and says why.
      log.debug({ error: errorNames(error) }, 'the budgets could not be read');
    }
  }

  #today(): readonly Named[] {
    const { registry, clock, isHolding } = this.#parts;
    const days = new DaysByZone(clock.now());
    return registry.slugs().flatMap((slug) => {
      const [tenant, key] = [tenantBehind(registry.get(slug)), registry.holder(slug)];
      if (tenant?.limits?.perDay === undefined || key === undefined) return [];
      const { perDay, perProfilePerDay } = tenant.limits;
      const day = days.in(tenant.rewards.timezone);
      const name = dayBudget(slug, day);
      // Where customers have budgets too, nobody can tell which of the two holds.
      const holdsByDay = perProfilePerDay === undefined && isHolding(slug);
      return [{ name, perDay, slug, key, day, isHolding: holdsByDay }];
    });
  }
}

type Named = Omit<BudgetOfDay, 'uses'> & Readonly<{ name: string; perDay: Parameters<typeof usesOf>[0] }>;

function usedOf(budgets: readonly Named[], spent: readonly Spent[]): readonly BudgetOfDay[] {
  const byName = new Map(spent.map((each) => [each.budget, each]));
  return budgets.map(({ name, perDay, ...budget }) => ({
    ...budget,
    uses: usesOf(perDay, byName.get(name)),
  }));
}

/** The day that it is in each time zone: tenants share few zones, and a day takes long to find. */
class DaysByZone {
  readonly #now: number;
  readonly #names = new Map<string, string>();

  constructor(now: number) {
    this.#now = now;
  }

  in(zone: string): string {
    const name = this.#names.get(zone) ?? dayOf(zone, this.#now).name;
    this.#names.set(zone, name);
    return name;
  }
}
