import type { StatementSync } from 'node:sqlite';
import type { Charge } from '../../budgets/budgets.ts';
import type { Spent } from '../../ledger.ts';
import type { Transition } from '../../transition.ts';
import type { Prepare } from './entrytable.ts';

/** The table of what is charged to each budget. */
export class BudgetTable {
  readonly #find: StatementSync;
  readonly #charge: StatementSync;
  readonly #giveBack: StatementSync;
  readonly #deleteExpired: StatementSync;

  constructor(prepare: Prepare) {
    this.#find = prepare('find-budget');
    this.#charge = prepare('charge-budget');
    this.#giveBack = prepare('give-back-budget');
    this.#deleteExpired = prepare('delete-expired-budgets');
  }

  /** What is spent of a budget by then, by the ledger's time. */
  spentOf(budget: string, now: number): Omit<Spent, 'budget'> {
    const row = this.#find.get({ $name: budget, $now: now });
    return { rewards: Number(row?.['rewards'] ?? 0), cents: Number(row?.['cents'] ?? 0) };
  }

  /** What is spent of these budgets, but for those that nothing is charged to. */
  spent(budgets: readonly string[], now: number): readonly Spent[] {
    return budgets
      .map((budget) => ({ budget, ...this.spentOf(budget, now) }))
      .filter(({ rewards, cents }) => rewards > 0 || cents > 0);
  }

  /** Gives back and charges what a transition says. */
  change({ givenBack = [], charged }: Transition<unknown>, now: number): void {
    const { charges = [], keepMs = 0 } = charged ?? {};
    for (const charge of givenBack) this.#giveBack.run(columnsOf(charge));
    for (const charge of charges)
      this.#charge.run({ ...columnsOf(charge), $now: now, $expires_at: now + keepMs });
  }

  /** Forgets what its time is over for. */
  deleteExpired(now: number): void {
    this.#deleteExpired.run({ $now: now });
  }
}

function columnsOf({ budget, rewards, cents }: Charge): Record<string, string | number> {
  return { $name: budget, $rewards: rewards, $cents: cents };
}
