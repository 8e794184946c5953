import type { Reward } from '../../../sandbox/rewards.ts';
import { amountIn } from './amount.ts';
import type { ActionKind, Booked } from './kind.ts';
import { markerOf } from './marker.ts';

/** Rewards, which are worth an amount that is spent bit by bit. */
export const rewards: ActionKind = Object.freeze<ActionKind>({
  noun: 'reward',
  idField: 'reward_id',
  create: 'rewards.create',
  list: 'rewards.list',
  definitions: [42, 6],
  refusedDefinitions: [999_999],
  data: (webhook) => ({ reward_definition_id: webhook.definitionId, amount: amountIn(webhook) }),
  cents: ({ amount }) => Math.round(amount * 100),
  values: ['amount', 'definition'],
  asked: ({ amount, definitionId }) => ({ amount: [amount, amount], definition: definitionId }),
  read: (row) => toBooked(row as Reward),
});

function toBooked({ id, external_id, profile_id, meta, committedAt, ...row }: Reward): Booked {
  const { value_initial: initial, value_remaining: left, definition } = row;
  return {
    ...{
      action: 'rewards',
      id,
      externalId: external_id,
      profileId: profile_id,
      key: markerOf(meta),
      committedAt,
    },
    cents: Math.round(initial * 100),
    values: { amount: [initial, left], definition: definition.id },
  };
}
