import { Problem } from '../../lib/problem.ts';
import type { Limits } from '../../tenants/limits.ts';

const hint =
  'is more than one benefit of this tenant may be worth. If it is right, ask your platform team to raise limits.maxAmount.';

/** Throws Problem `not_allowed` for a benefit that is given a value over these limits. */
export function checkBenefitValue(value: number | null, { maxAmount = Infinity }: Limits): void {
  if ((value ?? 0) <= maxAmount) return;
  const errors = [{ field: 'data.value', code: 'not_allowed', hint }];
  throw new Problem('not_allowed', { detail: `Check data.value: it ${hint}`, errors });
}
