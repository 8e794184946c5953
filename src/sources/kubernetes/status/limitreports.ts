import { isDeepStrictEqual } from 'node:util';
import { type BudgetField, type BudgetOfDay, spentFields } from '../../../tenants/budgetuse.ts';
import type { Finding } from './conditions.ts';

/** Which parts of the budget of a day are spent. */
export type SpentOfDay = Readonly<{ day: string; spent: readonly BudgetField[] }>;

type Options = Readonly<{
  /** The budget of this OmneoTenant looks different now. */
  changed: (key: string) => void;
}>;

const withinLimits: Finding = Object.freeze({
  type: 'WithinLimits',
  status: 'True',
  reason: 'WithinLimits',
  message: 'No budget of limits.perDay is spent today.',
});

/** Which budgets of each OmneoTenant are spent, as they were read last. */
export class LimitReports {
  readonly #options: Options;
  #byKey: ReadonlyMap<string, SpentOfDay> = new Map();

  constructor(options: Options) {
    this.#options = options;
  }

  get(key: string): SpentOfDay | 'unknown' {
    return this.#byKey.get(key) ?? 'unknown';
  }

  /** The budgets of all that have one. */
  set(budgets: readonly BudgetOfDay[]): void {
    const before = this.#byKey;
    this.#byKey = new Map(budgets.map((each) => [each.key, { day: each.day, spent: spentFields(each) }]));
    for (const [key, after] of this.#byKey)
      if (!isDeepStrictEqual(before.get(key), after)) this.#options.changed(key);
  }
}

/** The condition of an OmneoTenant with a budget; until that was read, the one that is shown stays. */
export function limitFindings(
  budget: SpentOfDay | 'unknown',
  shown: Finding | undefined,
): readonly Finding[] {
  if (budget === 'unknown') return shown === undefined ? [] : [shown];
  const { day, spent } = budget;
  if (spent.length === 0) return [withinLimits];
  const fields = spent.map((field) => `limits.${field}`).join(' and ');
  const message = `Of ${day}, ${fields} ${spent.length === 1 ? 'is' : 'are'} spent: what is over it is not issued before the next day, unless it is raised.`;
  return [{ type: 'WithinLimits', status: 'False', reason: 'BudgetSpent', message }];
}
