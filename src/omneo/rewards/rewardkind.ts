import type { ResourceKind } from '../resources/kind.ts';

/** Rewards, which customers spend. Omneo need not show their `external_id`. */
export const rewardKind = Object.freeze<ResourceKind>({
  noun: 'reward',
  path: '/rewards',
  operations: {
    list: 'rewards.list',
    create: 'rewards.create',
    get: 'rewards.get',
    definitions: 'definitions.list',
    definition: 'definitions.get',
  },
  filters: {},
  marks: {},
  definitionField: 'reward_definition_id',
  amountField: 'value_initial',
});
