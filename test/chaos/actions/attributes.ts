import type { Attribute } from '../../../sandbox/attributes.ts';
import type { Webhook } from '../webhook.ts';
import type { ActionKind, Booked, BookedValues } from './kind.ts';

/** Custom attributes, which show nothing of who set them: each webhook has one of its own, by whose handle it is known. */
export const attributes: ActionKind = Object.freeze<ActionKind>({
  noun: 'attribute',
  idField: 'attribute_id',
  definitions: [0],
  refusedDefinitions: [1],
  data: dataOf,
  // An attribute gives nothing away.
  cents: () => null,
  values: ['value'],
  asked: askedOf,
  read: (row) => toBooked(row as Attribute),
});

type AttributeValue = NonNullable<Attribute['value']>;

const namespace = 'orders';

/** What Omneo keeps as text, whatever else is set: by this it refuses a number. */
const typed = Object.freeze({ namespace: 'pet', handle: 'breed', value: 7 });

/** One of each type by turns; equal webhooks have the same. */
function valueOf({ amount }: Webhook): AttributeValue {
  const variant = Math.round(amount * 2);
  return [`Größe ${variant}`, variant, variant / 4, variant % 8 > 3][variant % 4] ?? '';
}

function dataOf(webhook: Webhook): Readonly<Record<string, unknown>> {
  const { key: handle, flaw, definitionId, amountAsText } = webhook;
  if (definitionId !== 0) return typed;
  if (flaw === 'invalid payload') return { namespace, handle, value: 'None' };
  const value = valueOf(webhook);
  return { namespace, handle, ...(amountAsText ? inQuotes(value) : { value }) };
}

/** As a template renders it in quotes, with its type besides. */
function inQuotes(value: AttributeValue): Readonly<Record<string, unknown>> {
  const type = Number.isInteger(value) ? 'integer' : typeof value === 'number' ? 'float' : typeof value;
  return { value: String(value), type };
}

function askedOf(webhook: Webhook): BookedValues {
  return { value: [namespace, valueOf(webhook)] };
}

function toBooked({ id, profile_id: profileId, namespace: group, handle: key, ...row }: Attribute): Booked {
  const committedAt = Date.parse(`${row.updated_at.replace(' ', 'T')}Z`);
  const values = { value: [group, row.value] };
  return { action: 'attributes', id, profileId, key, committedAt, cents: null, values };
}
