import { type FieldError, Problem } from '../../lib/problem.ts';
import type { Limits } from '../../tenants/limits.ts';
import type { Webhook } from './payload.ts';

/** What is said of a field that the limits do not allow; no limit's value, which is nobody's business but the platform's. */
const hints = Object.freeze({
  'data.reward_definition_id':
    'is a reward definition that this tenant may not issue. If it is the right one, ask your platform team to add it to limits.rewardDefinitions.',
  'data.amount':
    'is more than one reward of this tenant may be worth. If it is right, ask your platform team to raise limits.maxAmount.',
});

/** What is said of an amount that a budget alone has no room for, on any day. */
const alone = Object.freeze({
  perDay:
    'is more than all rewards of one day may be worth. If it is right, ask your platform team to raise limits.perDay.amount.',
  perProfilePerDay:
    'is more than all rewards of one customer and day may be worth. If it is right, ask your platform team to raise limits.perProfilePerDay.amount.',
});

/** Throws Problem `not_allowed` for a reward that these limits do not allow. */
export function checkLimits(
  { definitionId, amount }: Pick<Webhook, 'definitionId' | 'amount'>,
  { rewardDefinitions, maxAmount, perDay, perProfilePerDay }: Limits,
): void {
  const errors: FieldError[] = [];
  if (rewardDefinitions?.includes(definitionId) === false)
    errors.push(notAllowed('data.reward_definition_id', hints['data.reward_definition_id']));
  if (amount > (maxAmount ?? Infinity)) errors.push(notAllowed('data.amount', hints['data.amount']));
  else if (amount > (perDay?.amount ?? Infinity)) errors.push(notAllowed('data.amount', alone.perDay));
  else if (amount > (perProfilePerDay?.amount ?? Infinity))
    errors.push(notAllowed('data.amount', alone.perProfilePerDay));
  if (errors.length === 0) return;
  const detail = errors.map(({ field, hint }) => `Check ${field}: it ${hint}`).join(' ');
  throw new Problem('not_allowed', { detail, errors });
}

function notAllowed(field: keyof typeof hints, hint: string): FieldError {
  return { field, code: 'not_allowed', hint };
}
