import { Problem } from '../../lib/problem.ts';
import type { Limits } from '../../tenants/limits.ts';

const hint =
  'is more than one credit of this tenant may be worth. If it is right, ask your platform team to raise limits.maxAmount.';

/** Throws Problem `not_allowed` for a credit that is worth more than these limits allow. */
export function checkCreditAmount(amount: number, { maxAmount = Infinity }: Limits): void {
  if (amount <= maxAmount) return;
  const errors = [{ field: 'data.amount', code: 'not_allowed', hint }];
  throw new Problem('not_allowed', { detail: `Check data.amount: it ${hint}`, errors });
}
