import type { ResourceId } from '../../lib/resourceid.ts';
import { comparableEmail } from '../../lib/email.ts';
import type { Omneo } from '../../omneo/omneo.ts';
import type { NewResource } from '../../omneo/resources/calls.ts';
import type { Limits } from '../../tenants/limits.ts';
import type { SecretScope, Tenant } from '../../tenants/tenant.ts';
import type { Action, ActionAttempt, ActionRequest, AttemptBasis } from '../action.ts';
import { LocalTimes } from '../localtimes.ts';
import { type MadeWith, ResourceAttempt } from '../resourceattempt.ts';
import { checkLimits } from './limits.ts';
import { type Webhook, parseWebhook } from './payload.ts';

const names = Object.freeze({
  name: 'rewards',
  idField: 'reward_id',
  metrics: { issued: 'Omneo reward issued', failed: 'Omneo reward failed' },
});

/** The action that issues a reward of a definition, worth an amount. */
export function rewardsAction(): Action {
  const localTimes = new LocalTimes();
  return Object.freeze({
    ...names,
    parse: (body: unknown, tenant: Tenant) =>
      new RewardRequest(parseWebhook(body, tenant.klaviyo.identifiers), tenant, localTimes),
  });
}

/** A webhook that asks for a reward. */
export class RewardRequest implements ActionRequest {
  readonly action = names;
  readonly cents: number;
  readonly #webhook: Webhook;
  readonly #tenant: Tenant;
  readonly #localTimes: LocalTimes;

  constructor(webhook: Webhook, tenant: Tenant, localTimes: LocalTimes) {
    // A double with two decimals lies a little beside its hundredths.
    this.cents = Math.round(webhook.amount * 100);
    this.#webhook = webhook;
    this.#tenant = tenant;
    this.#localTimes = localTimes;
  }

  get id(): string | null {
    return this.#webhook.id;
  }

  /** Person, definition and amount. */
  get fingerprint(): string {
    const { personId, email, definitionId, amount } = this.#webhook;
    const person = personId ?? comparableEmail(email ?? '');
    return JSON.stringify([person, definitionId, amount]);
  }

  get summary(): ActionRequest['summary'] {
    const { definitionId, amount } = this.#webhook;
    return { reward_definition_id: definitionId, amount };
  }

  get person(): ActionRequest['person'] {
    const { personId, email } = this.#webhook;
    return { personId, email };
  }

  checkLimits(limits: Limits): void {
    checkLimits(this.#webhook, limits);
  }

  isWithin({ rewardDefinitions }: SecretScope): boolean {
    return rewardDefinitions?.includes(this.#webhook.definitionId) ?? true;
  }

  begin(omneo: Omneo, basis: AttemptBasis): ActionAttempt {
    const [webhook, tenant, localTimes] = [this.#webhook, this.#tenant, this.#localTimes];
    return new ResourceAttempt({
      omneo,
      resources: omneo.rewards,
      basis,
      webhook,
      toResource: (made) => toReward(webhook, tenant, { ...made, localTimes }),
    });
  }

  exists(omneo: Omneo, externalId: string, resourceId: ResourceId): void {
    omneo.rewards.exists({ ...this.#webhook.fields, external_id: externalId }, resourceId);
  }
}

type Dated = MadeWith & Readonly<{ localTimes: LocalTimes }>;

/**
 * The reward to create: what the webhook passes through, under what the gateway sets. Dates are sent as local
 * time in the reward's own time zone, the one form whose meaning Omneo's tests pin down.
 */
export function toReward(
  webhook: Webhook,
  tenant: Tenant,
  { profileId, externalId, now, localTimes }: Dated,
): NewResource {
  const { timezone: defaultZone, expiresAfter } = tenant.rewards;
  const zone = webhook.fields['timezone'];
  const timezone = typeof zone === 'string' ? zone : defaultZone;
  return {
    ...(expiresAfter !== undefined && { expires_at: localTimes.write(now + expiresAfter, timezone) }),
    ...webhook.fields,
    timezone,
    profile_id: profileId,
    external_id: externalId,
    reward_definition_id: webhook.definitionId,
    value_initial: webhook.amount,
    value_remaining: webhook.amount,
  };
}
