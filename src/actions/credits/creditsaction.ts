import { comparableEmail } from '../../lib/email.ts';
import type { ResourceId } from '../../lib/resourceid.ts';
import { creditKind } from '../../omneo/credits/creditkind.ts';
import type { Omneo } from '../../omneo/omneo.ts';
import type { NewResource } from '../../omneo/resources/calls.ts';
import type { Limits } from '../../tenants/limits.ts';
import type { SecretScope, Tenant } from '../../tenants/tenant.ts';
import type { Action, ActionAttempt, ActionRequest, AttemptBasis } from '../action.ts';
import { checkCreditAmount } from './limits.ts';
import { type MadeWith, ResourceAttempt } from '../resourceattempt.ts';
import { type CreditWebhook, parseCreditWebhook } from './payload.ts';

const names = Object.freeze({
  name: 'credits',
  idField: 'credit_id',
  metrics: { issued: 'Omneo credit issued', failed: 'Omneo credit failed' },
});

/** The action that gives a credit of a definition, worth an amount. */
export function creditsAction(): Action {
  return Object.freeze({
    ...names,
    parse: (body: unknown, tenant: Tenant) =>
      new CreditRequest(parseCreditWebhook(body, tenant.klaviyo.identifiers), tenant),
  });
}

/** A webhook that asks for a credit. */
export class CreditRequest implements ActionRequest {
  readonly action = names;
  readonly cents: number;
  readonly #webhook: CreditWebhook;
  readonly #tenant: Tenant;

  constructor(webhook: CreditWebhook, tenant: Tenant) {
    // A double with two decimals lies a little beside its hundredths.
    this.cents = Math.round(webhook.amount * 100);
    this.#webhook = webhook;
    this.#tenant = tenant;
  }

  get id(): string | null {
    return this.#webhook.id;
  }

  /** Person, definition and amount. */
  get fingerprint(): string {
    const { personId, email, definitionId, amount } = this.#webhook;
    return JSON.stringify([personId ?? comparableEmail(email ?? ''), definitionId, amount]);
  }

  get summary(): ActionRequest['summary'] {
    const { definitionId, amount } = this.#webhook;
    return { credit_definition_id: definitionId, amount };
  }

  get person(): ActionRequest['person'] {
    const { personId, email } = this.#webhook;
    return { personId, email };
  }

  checkLimits(limits: Limits): void {
    checkCreditAmount(this.#webhook.amount, limits);
  }

  /** A secret for some reward definitions is for rewards alone, unless it says that it is for credits too. */
  isWithin({ actions, rewardDefinitions }: SecretScope): boolean {
    return rewardDefinitions === undefined || actions?.includes(names.name) === true;
  }

  begin(omneo: Omneo, basis: AttemptBasis): ActionAttempt {
    const [webhook, tenant] = [this.#webhook, this.#tenant];
    const toResource = (made: MadeWith): NewResource => toCredit(webhook, tenant, made);
    return new ResourceAttempt({ omneo, resources: omneo.credits, basis, webhook, toResource });
  }

  exists(omneo: Omneo, externalId: string, resourceId: ResourceId): void {
    omneo.credits.exists({ ...this.#webhook.fields, external_id: externalId }, resourceId);
  }
}

/** The credit to create: what the webhook passes through, under what the gateway sets. */
export function toCredit(
  { fields, definitionId, amount }: CreditWebhook,
  { rewards: { timezone } }: Pick<Tenant, 'rewards'>,
  { profileId, externalId }: Pick<MadeWith, 'profileId' | 'externalId'>,
): NewResource {
  return {
    timezone,
    ...fields,
    profile_id: profileId,
    external_id: externalId,
    ...creditKind.marks,
    credit_definition_id: definitionId,
    value_initial: amount,
    value_remaining: amount,
  };
}
