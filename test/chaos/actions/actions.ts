/** Every action that webhooks of a run may be of. */
import { attributes } from './attributes.ts';
import { benefits } from './benefits.ts';
import { credits } from './credits.ts';
import { interactions } from './interactions.ts';
import type { ActionKind } from './kind.ts';
import { rewards } from './rewards.ts';

const kinds = Object.freeze({ rewards, credits, benefits, interactions, attributes });

/** The last segment of the path to which its webhooks are sent, and of that under which the sandbox shows its books. */
export type ActionName = keyof typeof kinds;

export const knownActions = Object.freeze(Object.keys(kinds) as ActionName[]);

/** What is known of an action. */
export function kindOf(action: ActionName): ActionKind {
  return kinds[action];
}

/** Whether it is the name of one. */
export function isActionName(name: string): name is ActionName {
  return Object.hasOwn(kinds, name);
}
