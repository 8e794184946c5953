import { comparableEmail } from '../../lib/email.ts';
import type { ResourceId } from '../../lib/resourceid.ts';
import type { Omneo } from '../../omneo/omneo.ts';
import type { NewResource } from '../../omneo/resources/calls.ts';
import type { Limits } from '../../tenants/limits.ts';
import type { SecretScope, Tenant } from '../../tenants/tenant.ts';
import type { Action, ActionAttempt, ActionRequest, AttemptBasis } from '../action.ts';
import type { MadeWith } from '../resourceattempt.ts';
import { BenefitAttempt } from './benefitattempt.ts';
import { checkBenefitValue } from './limits.ts';
import { type BenefitWebhook, parseBenefitWebhook } from './payload.ts';

const names = Object.freeze({
  name: 'benefits',
  idField: 'benefit_id',
  metrics: { issued: 'Omneo benefit issued', failed: 'Omneo benefit failed' },
});

/** The action that gives a benefit of a definition. */
export function benefitsAction(): Action {
  return Object.freeze({
    ...names,
    parse: (body: unknown, tenant: Tenant) =>
      new BenefitRequest(parseBenefitWebhook(body, tenant.klaviyo.identifiers), tenant),
  });
}

/** A webhook that asks for a benefit. */
export class BenefitRequest implements ActionRequest {
  readonly action = names;
  /** Budgets count benefits by number: what one is worth its definition says, and its value may be a percentage. */
  readonly cents = 0;
  readonly #webhook: BenefitWebhook;
  readonly #tenant: Tenant;

  constructor(webhook: BenefitWebhook, tenant: Tenant) {
    this.#webhook = webhook;
    this.#tenant = tenant;
  }

  get id(): string | null {
    return this.#webhook.id;
  }

  /** Person, definition as it is named, and value. */
  get fingerprint(): string {
    const { personId, email, definition, value } = this.#webhook;
    return JSON.stringify([personId ?? comparableEmail(email ?? ''), definition, value]);
  }

  /** A handle is text of the payload, of which nothing is kept in clear. */
  get summary(): ActionRequest['summary'] {
    const { definition, value } = this.#webhook;
    return {
      ...('id' in definition && { benefit_definition_id: definition.id }),
      ...(value !== null && { value }),
    };
  }

  get person(): ActionRequest['person'] {
    const { personId, email } = this.#webhook;
    return { personId, email };
  }

  checkLimits(limits: Limits): void {
    checkBenefitValue(this.#webhook.value, limits);
  }

  /** A secret for some reward definitions is for rewards alone, unless it says that it is for benefits too. */
  isWithin({ actions, rewardDefinitions }: SecretScope): boolean {
    return rewardDefinitions === undefined || actions?.includes(names.name) === true;
  }

  begin(omneo: Omneo, basis: AttemptBasis): ActionAttempt {
    const [webhook, tenant] = [this.#webhook, this.#tenant];
    const toNew = (made: MadeWith, definitionId: number): NewResource =>
      toBenefit(webhook, tenant, { ...made, definitionId });
    return new BenefitAttempt({ omneo, basis, webhook, toBenefit: toNew });
  }

  exists(omneo: Omneo, externalId: string, resourceId: ResourceId): void {
    omneo.benefits.exists({ ...this.#webhook.fields, external_id: externalId }, resourceId);
  }
}

type BenefitMadeWith = Pick<MadeWith, 'profileId' | 'externalId'> & Readonly<{ definitionId: number }>;

/** The benefit to create: what the webhook passes through, under what the gateway sets. */
export function toBenefit(
  { fields, value }: BenefitWebhook,
  { rewards: { timezone } }: Pick<Tenant, 'rewards'>,
  { profileId, externalId, definitionId }: BenefitMadeWith,
): NewResource {
  return {
    timezone,
    // Omneo wants the field, and takes null for now.
    issued_at: null,
    ...fields,
    ...(value !== null && { value }),
    profile_id: profileId,
    external_id: externalId,
    benefit_definition_id: definitionId,
  };
}
