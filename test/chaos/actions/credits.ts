import type { Credit } from '../../../sandbox/credits.ts';
import { amountIn } from './amount.ts';
import type { ActionKind, Booked } from './kind.ts';
import { markerOf } from './marker.ts';

/** Credits, which the gateway tells from those of others by a namespace. */
export const credits: ActionKind = Object.freeze<ActionKind>({
  noun: 'credit',
  idField: 'credit_id',
  create: 'credits.create',
  list: 'credits.list',
  definitions: [7, 8],
  refusedDefinitions: [999_999],
  data: (webhook) => ({ credit_definition_id: webhook.definitionId, amount: amountIn(webhook) }),
  cents: ({ amount }) => Math.round(amount * 100),
  values: ['amount', 'definition', 'namespace'],
  asked: ({ amount, definitionId }) => ({
    amount: [amount, amount],
    definition: definitionId,
    namespace: 'klaviyo-flow',
  }),
  read: (row) => toBooked(row as Credit),
});

function toBooked({ id, external_id, profile_id, meta, committedAt, ...row }: Credit): Booked {
  const { value_initial: initial, value_remaining: left, definition, external_namespace: namespace } = row;
  return {
    ...{
      action: 'credits',
      id,
      externalId: external_id,
      profileId: profile_id,
      key: markerOf(meta),
      committedAt,
    },
    cents: Math.round(initial * 100),
    values: { amount: [initial, left], definition: definition.id, namespace },
  };
}
