import type { Interaction } from '../../../sandbox/interactions.ts';
import type { Webhook } from '../webhook.ts';
import type { ActionKind, Booked, BookedValues } from './kind.ts';
import { markerOf, metaText } from './marker.ts';

const actions = [
  'broadcast',
  'disclose',
  'feedback',
  'product',
  'reach',
  'refer',
  'service',
  'visit',
  'view',
];
const channels = ['app', 'email', 'location', 'push', 'sms', 'social', 'support', 'website'];
/** When those took place that say so. */
const then = '2026-03-01 10:20:00';
/** A reward that no tenant has. */
const noReward = 999_999_999;

/** Interactions, which Omneo knows by no `external_id`. They have no definition: what Omneo refuses of them is what they point at. */
export const interactions: ActionKind = Object.freeze<ActionKind>({
  noun: 'interaction',
  idField: 'interaction_id',
  create: 'interactions.create',
  definitions: [0],
  refusedDefinitions: [noReward],
  data: dataOf,
  // Budgets count how many there are.
  cents: () => 0,
  values: ['fields', 'time'],
  asked: askedOf,
  read: (row) => toBooked(row as Interaction),
});

/** A number from 1 up, by which one webhook's interaction differs from another's; equal webhooks have the same. */
const variantOf = ({ amount }: Webhook): number => Math.round(amount * 2);

function fieldsOf(webhook: Webhook) {
  const variant = variantOf(webhook);
  return {
    name: `Step ${variant}`,
    action: actions[variant % actions.length],
    channel: channels[variant % channels.length],
    signal: (variant % 3) - 1,
  };
}

/** Four of them, so that a profile's interactions do not all lie in one place; undefined: the gateway's own. */
function namespaceOf(webhook: Webhook): string | undefined {
  const flow = variantOf(webhook) % 4;
  return flow === 0 ? undefined : `flow-${flow}`;
}

const isDated = (webhook: Webhook): boolean => variantOf(webhook) % 5 === 0;

function dataOf(webhook: Webhook): Readonly<Record<string, unknown>> {
  const { flaw, definitionId } = webhook;
  const namespace = namespaceOf(webhook);
  return {
    ...fieldsOf(webhook),
    ...(flaw === 'invalid payload' && { signal: 'NaN' }),
    ...(namespace !== undefined && { namespace }),
    ...(isDated(webhook) && { interacted_at: then }),
    ...(definitionId !== 0 && { interacted_type: 'reward', interacted_id: definitionId }),
  };
}

function askedOf(webhook: Webhook): BookedValues {
  const { name, action, channel, signal } = fieldsOf(webhook);
  const fields = [name, action, channel, signal, namespaceOf(webhook) ?? 'klaviyo-flow'];
  return { fields, ...(isDated(webhook) && { time: then }) };
}

function toBooked({ id, profile_id, meta, committedAt, ...row }: Interaction): Booked {
  const { name, action, channel, signal, namespace, interacted_at: time } = row;
  const externalId = metaText(meta, 'external_id') ?? null;
  return {
    ...{ action: 'interactions', id, externalId, profileId: profile_id, key: markerOf(meta), committedAt },
    cents: 0,
    values: { fields: [name, action, channel, signal, namespace], time },
  };
}
