/** What webhooks of each action ask for in tests that are about all of them. */
import type { actionNames } from '../../src/tenants/actionnames.ts';

export type ActionName = (typeof actionNames)[number];

type Asked = Readonly<{
  /** What the sandbox's sample tenants can have. */
  data: Readonly<Record<string, unknown>>;
  /** What it is worth. */
  amount: number;
  /** What can never be had. */
  never: Readonly<Record<string, unknown>>;
  /** No budget counts it. */
  isFree?: true;
}>;

/** By the names of the actions. */
export const asked: Readonly<Record<ActionName, Asked>> = Object.freeze({
  rewards: {
    data: { reward_definition_id: 42, amount: 10 },
    amount: 10,
    never: { reward_definition_id: 777 },
  },
  benefits: {
    data: { benefit_definition_id: 3, value: 10 },
    amount: 0,
    never: { benefit_definition_id: 777 },
  },
  credits: {
    data: { credit_definition_id: 7, amount: 10 },
    amount: 10,
    never: { credit_definition_id: 777 },
  },
  interactions: {
    data: { name: 'Opened', channel: 'email', action: 'view', signal: 1 },
    amount: 0,
    never: { channel: 'pigeon' },
  },
  attributes: {
    data: { namespace: 'pet', handle: 'breed', value: 'beagle' },
    amount: 0,
    never: { handle: 'pet:breed' },
    isFree: true,
  },
});
