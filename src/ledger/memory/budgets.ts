import { LedgerUnavailable, type Spent } from '../ledger.ts';
import type { Charge } from '../budgets/budgets.ts';
import type { Transition } from '../transition.ts';
import { ChangeOrderedMap, expire } from './changeorderedmap.ts';

type Counter = Readonly<{
  tenant: string;
  rewards: number;
  cents: number;
  /** When it was charged first. */
  begunAt: number;
  expiresAt: number;
}>;

const nothing = Object.freeze({ rewards: 0, cents: 0 });
/** Longer than any calendar day: a budget that was charged first so long ago is of a day that is over. In milliseconds. */
const longestDayMs = 30 * 3_600_000;

/**
 * The budgets of the memory ledger: what was charged to each since the process began. Those of one tenant may take half of
 * what those of the others leave; when there is no room, those of days that are over are forgotten.
 */
export class MemoryBudgets {
  /** In order of their first charge, which is the order in which they expire. */
  readonly #counters = new ChangeOrderedMap<Counter>();
  /** How many each tenant has. */
  readonly #sizes = new Map<string, number>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** Forgets what its time is over for. */
  expire(now: number): void {
    expire(this.#counters, now, (key) => this.#delete(key));
  }

  spentOf(budget: string): Omit<Spent, 'budget'> {
    const { rewards, cents } = this.#counters.get(budget) ?? nothing;
    return { rewards, cents };
  }

  /**
   * Gives back and charges what a transition of an entry of this tenant says. Throws LedgerUnavailable if no more budgets can
   * be remembered.
   */
  change(tenant: string, { givenBack = [], charged }: Transition<unknown>, now: number): void {
    const { charges = [], keepMs = 0 } = charged ?? {};
    this.#makeSure(tenant, charges, now);
    for (const charge of givenBack) this.#giveBack(charge);
    for (const charge of charges) this.#charge(charge, { tenant, begunAt: now, expiresAt: now + keepMs });
  }

  #makeSure(tenant: string, charges: readonly Charge[], now: number): void {
    const added = charges.filter(({ budget }) => this.#counters.get(budget) === undefined).length;
    if (added === 0 || this.#hasRoom(tenant, added)) return;
    this.#dropPast(now);
    if (!this.#hasRoom(tenant, added))
      throw new LedgerUnavailable('the ledger in memory has no room for one more budget');
  }

  #hasRoom(tenant: string, added: number): boolean {
    const { size } = this.#counters;
    const own = this.#sizes.get(tenant) ?? 0;
    return size + added <= this.#most && (own === 0 || own <= (this.#most - (size - own)) / 2);
  }

  #dropPast(now: number): void {
    for (
      let oldest = this.#counters.oldest();
      oldest && oldest[1].begunAt + longestDayMs <= now;
      oldest = this.#counters.oldest()
    )
      this.#delete(oldest[0]);
  }

  /** One that is there stays in its place: it expires when it would. */
  #charge({ budget, rewards, cents }: Charge, begun: Omit<Counter, 'rewards' | 'cents'>): void {
    const known = this.#counters.get(budget);
    if (known !== undefined) {
      this.#counters.replace(budget, {
        ...known,
        rewards: known.rewards + rewards,
        cents: known.cents + cents,
      });
      return;
    }
    this.#counters.set(budget, { ...begun, rewards, cents });
    this.#sizes.set(begun.tenant, (this.#sizes.get(begun.tenant) ?? 0) + 1);
  }

  #giveBack({ budget, ...charge }: Charge): void {
    const known = this.#counters.get(budget);
    if (known === undefined) return;
    const rewards = Math.max(0, known.rewards - charge.rewards);
    const cents = Math.max(0, known.cents - charge.cents);
    if (rewards === 0 && cents === 0) this.#delete(budget);
    else this.#counters.replace(budget, { ...known, rewards, cents });
  }

  #delete(budget: string): boolean {
    const tenant = this.#counters.get(budget)?.tenant;
    if (tenant === undefined) return false;
    const left = (this.#sizes.get(tenant) ?? 0) - 1;
    if (left > 0) this.#sizes.set(tenant, left);
    else this.#sizes.delete(tenant);
    return this.#counters.delete(budget);
  }
}
