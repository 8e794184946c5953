import type { BudgetView } from '../api/types.ts';

const units: Readonly<Record<BudgetView['unit'], string>> = { rewards: 'issued', amount: 'in amount' };

/** How much of a budget is spent: `1,200 of 5,000 issued today`. */
export function budgetWords({ unit, most, spent }: BudgetView): string {
  const of = `${written(most, unit)} ${units[unit]} today`;
  return spent === undefined ? `Not known now of ${of}` : `${written(spent, unit)} of ${of}`;
}

/** Whether nothing more may be issued today, by itself. */
export function isSpent({ most, spent = 0 }: BudgetView): boolean {
  return spent >= most;
}

/** Amounts have two decimals, or none. */
function written(value: number, unit: BudgetView['unit']): string {
  const decimals = unit === 'amount' && !Number.isInteger(value) ? 2 : 0;
  return value.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}
