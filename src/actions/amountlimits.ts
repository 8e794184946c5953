import type { FieldError } from '../lib/problem.ts';
import type { Limits } from '../tenants/limits.ts';

/**
 * What there is to say of an amount, in the field `data.amount`, that these limits allow on no day; undefined: they do.
 * No limit's value, which is nobody's business but the platform's. `noun` is one of what it is the amount of.
 */
export function amountOutside(
  amount: number,
  { maxAmount, perDay, perProfilePerDay }: Limits,
  noun: string,
): FieldError | undefined {
  if (amount > (maxAmount ?? Infinity)) return outside(`one ${noun} of this tenant`, 'maxAmount');
  // More than a budget has room for on its own.
  if (amount > (perDay?.amount ?? Infinity)) return outside(`all ${noun}s of one day`, 'perDay.amount');
  return amount > (perProfilePerDay?.amount ?? Infinity)
    ? outside(`all ${noun}s of one customer and day`, 'perProfilePerDay.amount')
    : undefined;
}

function outside(what: string, limit: string): FieldError {
  return {
    field: 'data.amount',
    code: 'not_allowed',
    hint: `is more than ${what} may be worth. If it is right, ask your platform team to raise limits.${limit}.`,
  };
}
