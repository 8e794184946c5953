import type { Action } from './action.ts';
import { attributesAction } from './attributes/attributesaction.ts';
import { benefitsAction } from './benefits/benefitsaction.ts';
import { creditsAction } from './credits/creditsaction.ts';
import { interactionsAction } from './interactions/interactionsaction.ts';
import { rewardsAction } from './rewards/rewardsaction.ts';

/** Every action that there is. */
export function allActions(): readonly Action[] {
  return [rewardsAction(), benefitsAction(), creditsAction(), interactionsAction(), attributesAction()];
}
