import type { Budget } from './limits.ts';

/** A part of a tenant's budget of a day, as the field of `spec.limits` is called. */
export type BudgetField = `perDay.${keyof Budget}`;

/** How much of a budget is used: 1 is all of it. More is used of one that was lowered, or that replays have passed. */
export type BudgetUse = Readonly<{ limit: BudgetField; ratio: number }>;

/** The budget of one tenant on one day of its calendar, such as `2026-11-27`, and what is used of it. */
export type BudgetOfDay = Readonly<{
  slug: string;
  /** Of the OmneoTenant. */
  key: string;
  day: string;
  uses: readonly BudgetUse[];
  /** Webhooks of the tenant wait since this budget had no room for them, and not that of a customer. */
  isHolding: boolean;
}>;

/** Of a budget for amounts that still has room, so much is used when a webhook may ask for more than what is left. */
const nearlyAll = 0.8;

/** What is used of each part of a budget; `spent` is absent while nothing is, and its `cents` are hundredths of an amount. */
export function usesOf(
  { rewards, amount }: Budget,
  spent: Readonly<{ rewards: number; cents: number }> = { rewards: 0, cents: 0 },
): readonly BudgetUse[] {
  return [
    ...(rewards === undefined ? [] : [{ limit: 'perDay.rewards', ratio: spent.rewards / rewards } as const]),
    ...(amount === undefined
      ? []
      : [{ limit: 'perDay.amount', ratio: spent.cents / Math.round(amount * 100) } as const]),
  ];
}

/** The parts that are spent; so is one for amounts that webhooks wait for since what is left of it is too little. */
export function spentFields({
  uses,
  isHolding,
}: Pick<BudgetOfDay, 'uses' | 'isHolding'>): readonly BudgetField[] {
  const full = uses.filter(({ ratio }) => ratio >= 1).map(({ limit }) => limit);
  if (full.length > 0 || !isHolding) return full;
  const isShort = ({ limit, ratio }: BudgetUse): boolean => limit === 'perDay.amount' && ratio >= nearlyAll;
  return uses.filter(isShort).map(({ limit }) => limit);
}
