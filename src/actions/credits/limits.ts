import { Problem } from '../../lib/problem.ts';
import type { Limits } from '../../tenants/limits.ts';
import { amountOutside } from '../amountlimits.ts';

/** Throws Problem `not_allowed` for a credit that is worth more than these limits allow. */
export function checkCreditAmount(amount: number, limits: Limits): void {
  const error = amountOutside(amount, limits, 'credit');
  if (error === undefined) return;
  throw new Problem('not_allowed', { detail: `Check ${error.field}: it ${error.hint}`, errors: [error] });
}
