import { comparableEmail } from '../../lib/email.ts';
import { writable } from '../../lib/exactjson.ts';
import { omneoTime } from '../../omneo/interactions/place.ts';
import type { Omneo } from '../../omneo/omneo.ts';
import type { NewResource } from '../../omneo/resources/calls.ts';
import type { SecretScope, Tenant } from '../../tenants/tenant.ts';
import type { Action, ActionAttempt, ActionRequest, AttemptBasis } from '../action.ts';
import { type LinkedWith, InteractionAttempt } from './interactionattempt.ts';
import { type InteractionWebhook, parseInteractionWebhook } from './payload.ts';

const names = Object.freeze({
  name: 'interactions',
  idField: 'interaction_id',
  metrics: { issued: 'Omneo interaction recorded', failed: 'Omneo interaction failed' },
});

/** The action that records an interaction with a customer. */
export function interactionsAction(): Action {
  return Object.freeze({
    ...names,
    parse: (body: unknown, tenant: Tenant) =>
      new InteractionRequest(parseInteractionWebhook(body, tenant.klaviyo.identifiers)),
  });
}

/** A webhook that records an interaction. */
export class InteractionRequest implements ActionRequest {
  readonly action = names;
  /** Budgets count interactions by number. */
  readonly cents = 0;
  readonly #webhook: InteractionWebhook;

  constructor(webhook: InteractionWebhook) {
    this.#webhook = webhook;
  }

  get id(): string | null {
    return this.#webhook.id;
  }

  /** Person, and what tells one interaction from another. */
  get fingerprint(): string {
    const { personId, email, namespace, name, action, channel, signal, ...others } = this.#webhook;
    const person = personId ?? comparableEmail(email ?? '');
    const { interactedAt, rewardId } = others;
    return JSON.stringify([person, namespace, name, action, channel, signal, interactedAt, rewardId]);
  }

  /** Its name is text of the payload, of which nothing is kept in clear. */
  get summary(): ActionRequest['summary'] {
    const { channel, signal } = this.#webhook;
    return { channel, signal };
  }

  get person(): ActionRequest['person'] {
    const { personId, email } = this.#webhook;
    return { personId, email };
  }

  /** An interaction is worth nothing, and is of no definition: only budgets bound how many there are. */
  checkLimits(): void {
    return undefined;
  }

  /** A secret for some reward definitions is for rewards alone, unless it says that it is for interactions too. */
  isWithin({ actions, rewardDefinitions }: SecretScope): boolean {
    return rewardDefinitions === undefined || actions?.includes(names.name) === true;
  }

  begin(omneo: Omneo, basis: AttemptBasis): ActionAttempt {
    const webhook = this.#webhook;
    const toFields = (made: LinkedWith): NewResource => toInteraction(webhook, made);
    return new InteractionAttempt({ omneo, basis, webhook, toInteraction: toFields });
  }

  /** Where it is in Omneo the ledger does not know, so that it is no example for a look-up. */
  exists(): void {
    return undefined;
  }
}

/** The interaction to record: what the webhook passes through, under what the gateway sets. */
export function toInteraction(
  { fields, meta, interactedAt, name, action, channel, signal, namespace }: InteractionWebhook,
  { profileId, externalId, now, reward }: LinkedWith,
): NewResource {
  return {
    ...fields,
    profile_id: profileId,
    ...{ name, action, channel, signal, namespace },
    interacted_at: omneoTime(interactedAt ?? now),
    ...(reward !== undefined && { interacted_type: 'reward', interacted_id: writable(reward) }),
    meta: { ...meta, external_id: externalId },
  };
}
