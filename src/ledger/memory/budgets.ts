import { LedgerUnavailable, type Spent } from '../ledger.ts';
import type { Charge } from '../budgets/budgets.ts';
import type { Transition } from '../transition.ts';
import { ChangeOrderedMap, expire } from './changeorderedmap.ts';

type Counter = Readonly<{ rewards: number; cents: number; expiresAt: number }>;

const nothing: Omit<Counter, 'expiresAt'> = Object.freeze({ rewards: 0, cents: 0 });

/** The budgets of the memory ledger: what was charged to each since the process began. */
export class MemoryBudgets {
  /** In order of their first charge, which is the order in which they expire. */
  readonly #counters = new ChangeOrderedMap<Counter>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** Forgets what its time is over for. */
  expire(now: number): void {
    expire(this.#counters, now);
  }

  spentOf(budget: string): Omit<Spent, 'budget'> {
    const { rewards, cents } = this.#counters.get(budget) ?? nothing;
    return { rewards, cents };
  }

  /** Gives back and charges what a transition says. Throws LedgerUnavailable if no more budgets can be remembered. */
  change({ givenBack = [], charged }: Transition<unknown>, now: number): void {
    const { charges = [], keepMs = 0 } = charged ?? {};
    this.#makeSure(charges);
    for (const charge of givenBack) this.#add(charge, -1, now);
    for (const charge of charges) this.#add(charge, 1, now + keepMs);
  }

  #makeSure(charges: readonly Charge[]): void {
    const added = charges.filter(({ budget }) => this.#counters.get(budget) === undefined).length;
    if (added > 0 && this.#counters.size + added > this.#most)
      throw new LedgerUnavailable('the ledger in memory has no room for one more budget');
  }

  #add({ budget, rewards, cents }: Charge, sign: 1 | -1, expiresAt: number): void {
    const known = this.#counters.get(budget);
    if (known === undefined && sign === -1) return;
    const { rewards: before, cents: centsBefore } = known ?? nothing;
    // One that is there stays in its place: it expires when it would.
    this.#counters.replace(budget, {
      rewards: Math.max(0, before + sign * rewards),
      cents: Math.max(0, centsBefore + sign * cents),
      expiresAt: known?.expiresAt ?? expiresAt,
    });
  }
}
