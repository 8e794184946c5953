import type { BudgetOfDay } from '../tenants/budgetuse.ts';
import type { Registry } from '../tenants/registry.ts';
import { type Exposition, lineOf } from './exposition.ts';

/**
 * Adds what is used of the tenants' budgets; gives what is to be called with each new look at them. The series of a tenant
 * go with it. Until the first look there are none.
 */
export function addLimitGauges(
  exposition: Exposition,
  registry: Registry,
): (budgets: readonly BudgetOfDay[]) => void {
  let shown: readonly BudgetOfDay[] = [];
  const name = 'omneo_gateway_limit_used_ratio';
  exposition.add({
    name,
    help: 'How much of a budget of today is used, by tenant and limit: 1 is all of it. Every replica shows the same.',
    type: 'gauge',
    *lines() {
      for (const { slug: tenant, uses } of shown)
        if (registry.get(tenant) !== undefined)
          for (const { limit, ratio } of uses) yield lineOf(name, { tenant, limit }) + String(ratio);
    },
  });
  return (budgets) => {
    shown = budgets;
  };
}
