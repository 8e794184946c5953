import type { Benefit } from '../../../sandbox/benefits.ts';
import { amountIn } from './amount.ts';
import type { ActionKind, Booked } from './kind.ts';
import { markerOf } from './marker.ts';

/** The one that can be given without end, by its handle; the sandbox has it by default. */
const usual = { id: 3, handle: 'birthday-gift' } as const;
/** One that is over. */
const ended = 5;

/** Benefits, whose definition is named by its id or by its handle. */
export const benefits: ActionKind = Object.freeze<ActionKind>({
  noun: 'benefit',
  idField: 'benefit_id',
  create: 'benefits.create',
  list: 'benefits.list',
  definitions: [usual.id],
  refusedDefinitions: [999_999, ended],
  data: (webhook) => ({ ...named(webhook), value: amountIn(webhook) }),
  // Budgets count how many there are.
  cents: () => 0,
  values: ['value', 'definition'],
  asked: ({ amount, definitionId }) => ({ value: amount, definition: definitionId }),
  read: (row) => toBooked(row as Benefit),
});

function named({ definitionId, amount }: Parameters<ActionKind['data']>[0]): object {
  const isByHandle = definitionId === usual.id && Number.isInteger(amount);
  return isByHandle ? { benefit_definition_handle: usual.handle } : { benefit_definition_id: definitionId };
}

function toBooked({ id, external_id, profile_id, meta, committedAt, value, definition }: Benefit): Booked {
  return {
    ...{
      action: 'benefits',
      id,
      externalId: external_id,
      profileId: profile_id,
      key: markerOf(meta),
      committedAt,
    },
    cents: 0,
    values: { value, definition: definition.id },
  };
}
