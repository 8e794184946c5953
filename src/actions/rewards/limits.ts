import { type FieldError, Problem } from '../../lib/problem.ts';
import type { Limits } from '../../tenants/limits.ts';
import { amountOutside } from '../amountlimits.ts';
import type { Webhook } from './payload.ts';

/** What is said of another definition than the limits have. */
const definitionOutside: FieldError = Object.freeze({
  field: 'data.reward_definition_id',
  code: 'not_allowed',
  hint: 'is a reward definition that this tenant may not issue. If it is the right one, ask your platform team to add it to limits.rewardDefinitions.',
});

/** Throws Problem `not_allowed` for a reward that these limits do not allow. */
export function checkLimits(
  { definitionId, amount }: Pick<Webhook, 'definitionId' | 'amount'>,
  limits: Limits,
): void {
  const errors: FieldError[] = [];
  if (limits.rewardDefinitions?.includes(definitionId) === false) errors.push(definitionOutside);
  const error = amountOutside(amount, limits, 'reward');
  if (error !== undefined) errors.push(error);
  if (errors.length > 0) throw notAllowed(errors);
}

function notAllowed(errors: readonly FieldError[]): Problem {
  const detail = errors.map(({ field, hint }) => `Check ${field}: it ${hint}`).join(' ');
  return new Problem('not_allowed', { detail, errors });
}
