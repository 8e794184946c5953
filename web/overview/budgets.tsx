import type { BudgetView } from '../api/types.ts';
import { budgetWords, isSpent } from '../words/budgets.ts';

/** From this part of a budget on its bar warns, as the alert does. */
const warning = 0.8;

/** What is spent of a tenant's budgets of the day, in words and as bars. */
export function Budgets({ budgets }: Readonly<{ budgets: readonly BudgetView[] }>) {
  return (
    <ul class="budgets">
      {budgets.map((budget) => (
        <li key={budget.unit}>
          {budgetWords(budget)}
          <Bar budget={budget} />
        </li>
      ))}
      {budgets.some(isSpent) && (
        <li class="hint">
          The day's budget is spent. What comes waits until tomorrow, or until it is raised.
        </li>
      )}
    </ul>
  );
}

/** The words beside it say the same. */
function Bar({ budget: { most, spent } }: Readonly<{ budget: BudgetView }>) {
  if (spent === undefined) return null;
  return (
    <meter aria-hidden="true" max={most} high={most * warning} optimum={0} value={Math.min(spent, most)} />
  );
}
