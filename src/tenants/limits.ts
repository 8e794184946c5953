import type { OmneoTenantSpec } from './schema/omneotenant.ts';
import { invalid } from './tenant.ts';

/** What webhooks of a tenant may issue. What is absent is not bounded. */
export type Limits = Readonly<{
  /** Ids, in Omneo, of the only reward definitions that there may be rewards of. */
  rewardDefinitions?: readonly number[];
  /** The most that one reward may be worth. */
  maxAmount?: number;
}>;

/** The limits of a spec; throws Refused for what they must not be. */
export function checkedLimits({
  rewardDefinitions,
  maxAmount,
}: NonNullable<OmneoTenantSpec['limits']>): Limits {
  if (maxAmount !== undefined && !(isInCents(maxAmount) && maxAmount > 0))
    throw invalid(
      'spec.limits.maxAmount must be over 0 and have at most two decimals, such as 100 or 99.95.',
    );
  return Object.freeze({
    ...(rewardDefinitions && {
      rewardDefinitions: checkedDefinitions(rewardDefinitions, 'spec.limits.rewardDefinitions'),
    }),
    ...(maxAmount !== undefined && { maxAmount }),
  });
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
