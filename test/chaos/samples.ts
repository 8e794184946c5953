/** Webhooks, deliveries and rewards for the checkers' own tests. */
import type { Reward } from '../../sandbox/rewards.ts';
import { kindOf } from './actions/actions.ts';
import type { Booked } from './actions/kind.ts';
import type { Answer, Attempt } from './attempt.ts';
import type { Delivery, End } from './caller.ts';
import type { Unfinished } from './unfinished.ts';
import { type Webhook, idOf } from './webhook.ts';

/** A webhook with an id, or what is given. */
export function webhookOf(changes: Partial<Webhook> = {}): Webhook {
  return {
    n: 0,
    tenant: 'acme',
    action: 'rewards',
    key: 'order-0',
    hasId: true,
    at: 0,
    person: { personId: '01ACME0', email: 'person0@acme.example', profileId: 'profile-0' },
    definitionId: 42,
    amount: 10,
    amountAsText: false,
    luck: 1,
    ...changes,
  };
}

/** An answered attempt, or what is given. */
export function attemptOf(outcome: Attempt['outcome'], changes: Partial<Attempt> = {}): Attempt {
  return { requestId: '0.0.0', slot: 0, process: [0, 0], sentAt: 100, endedAt: 200, outcome, ...changes };
}

/** The answer that tells of a reward. */
export function told(resourceId: number, externalId = 'order-0'): Answer {
  return { status: 200, word: 'created', resourceId, externalId };
}

/** The answer that tells that a webhook is stored. */
export function accepted(externalId = 'order-0'): Answer {
  return { status: 202, word: 'accepted', externalId, deliveryId: 'delivery-0' };
}

/** What the ledger has of a webhook that is not issued. */
export function unfinishedOf(
  { key, tenant, action }: Webhook,
  state: Unfinished['state'],
  reason: string,
): Unfinished {
  return { key, action, tenant, deliveryId: 'delivery-0', state, reason };
}

/** A webhook with its attempts. */
export function deliveryOf(webhook: Webhook, end: End, ...outcomes: Attempt['outcome'][]): Delivery {
  return { webhook, end, attempts: outcomes.map((outcome) => attemptOf(outcome)) };
}

/** What a webhook of whichever action asks for, as the books show it; changed in what is given. */
export function bookedOf(webhook: Webhook, id: number, changes: Partial<Booked> = {}): Booked {
  const { action, key, person, hasId } = webhook;
  const kind = kindOf(action);
  return {
    ...{ action, id, key, profileId: person.profileId },
    // What no call names has no name either.
    ...(kind.create !== undefined && { externalId: hasId ? idOf(webhook) : `gw-${id}` }),
    ...{ committedAt: 150, cents: kind.cents(webhook), values: kind.asked(webhook) },
    ...changes,
  };
}

/** The reward that a webhook asks for, as the books show it; changed in what is given. */
export function rewardOf(webhook: Webhook, id: number, changes: Partial<Reward> = {}): Booked {
  const row: Reward = {
    id,
    profile_id: webhook.person.profileId,
    external_id: webhook.hasId ? webhook.key : `gw-${id}`,
    definition: { id: webhook.definitionId, handle: 'winback' },
    value_initial: webhook.amount,
    value_remaining: webhook.amount,
    timezone: 'UTC',
    issued_at: '',
    issued_local_at: '',
    expires_at: null,
    expires_local_at: null,
    meta: { marker: webhook.key },
    created_at: '',
    updated_at: '',
    committedAt: 150,
    ...changes,
  };
  return kindOf('rewards').read(row);
}
