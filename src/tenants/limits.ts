import type { OmneoTenantSpec } from './schema/omneotenant.ts';
import { invalid } from './tenant.ts';

/** What webhooks of a tenant may issue. What is absent is not bounded. */
export type Limits = Readonly<{
  /** Ids, in Omneo, of the only reward definitions that there may be rewards of. */
  rewardDefinitions?: readonly number[];
  /** The most that one reward may be worth. */
  maxAmount?: number;
  /** For all rewards of one calendar day, in the tenant's time zone. */
  perDay?: Budget;
  /** As `perDay`, for each profile. */
  perProfilePerDay?: Budget;
}>;

/** How many rewards there may be, and what they may be worth in all; at least one of the two is there. */
export type Budget = Readonly<{ rewards?: number; amount?: number }>;

/** The limits of a spec; throws Refused for what they must not be. */
export function checkedLimits(limits: NonNullable<OmneoTenantSpec['limits']>): Limits {
  const { rewardDefinitions, maxAmount, perDay, perProfilePerDay } = limits;
  return Object.freeze({
    ...(rewardDefinitions && {
      rewardDefinitions: checkedDefinitions(rewardDefinitions, 'spec.limits.rewardDefinitions'),
    }),
    ...(maxAmount !== undefined && { maxAmount: checkedAmount(maxAmount, 'spec.limits.maxAmount') }),
    ...(perDay && { perDay: checkedBudget(perDay, 'spec.limits.perDay') }),
    ...(perProfilePerDay && {
      perProfilePerDay: checkedBudget(perProfilePerDay, 'spec.limits.perProfilePerDay'),
    }),
  });
}

function checkedBudget({ rewards, amount }: Budget, field: string): Budget {
  if (rewards === undefined && amount === undefined)
    throw invalid(`${field} must have rewards, amount or both, or be left out.`);
  if (rewards !== undefined && !(Number.isSafeInteger(rewards) && rewards > 0))
    throw invalid(`${field}.rewards must be a whole number over 0.`);
  return Object.freeze({
    ...(rewards !== undefined && { rewards }),
    ...(amount !== undefined && { amount: checkedAmount(amount, `${field}.amount`) }),
  });
}

function checkedAmount(amount: number, field: string): number {
  if (isInCents(amount) && amount > 0) return amount;
  throw invalid(`${field} must be over 0 and have at most two decimals, such as 100 or 99.95.`);
}

/** A list of reward definitions in `field`; throws Refused unless each is listed once, and there is one. */
export function checkedDefinitions(ids: readonly number[], field: string): readonly number[] {
  if (ids.length === 0) throw invalid(`${field} must have at least one entry, or be left out.`);
  if (new Set(ids).size < ids.length)
    throw invalid(`${field} may list each definition once; remove the repeated one.`);
  return Object.freeze([...ids]);
}

/** Whether a number is the double nearest to one with two decimals. */
function isInCents(amount: number): boolean {
  return Math.floor(amount * 100 + 0.5) / 100 === amount;
}
