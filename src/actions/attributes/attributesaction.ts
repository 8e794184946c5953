import { comparableEmail } from '../../lib/email.ts';
import { typeOf } from '../../omneo/attributes/attributevalue.ts';
import type { AttributeFields } from '../../omneo/attributes/attributecalls.ts';
import type { Omneo } from '../../omneo/omneo.ts';
import type { SecretScope, Tenant } from '../../tenants/tenant.ts';
import type { Action, ActionAttempt, ActionRequest, AttemptBasis } from '../action.ts';
import { AttributeAttempt } from './attributeattempt.ts';
import { type AttributeWebhook, parseAttributeWebhook } from './payload.ts';

const names = Object.freeze({
  name: 'attributes',
  idField: 'attribute_id',
  metrics: { issued: 'Omneo attribute set', failed: 'Omneo attribute failed' },
});

/** The action that sets a custom attribute of a profile. */
export function attributesAction(): Action {
  return Object.freeze({
    ...names,
    parse: (body: unknown, tenant: Tenant) =>
      new AttributeRequest(parseAttributeWebhook(body, tenant.klaviyo.identifiers)),
  });
}

/** A webhook that sets an attribute. */
export class AttributeRequest implements ActionRequest {
  readonly action = names;
  readonly cents = 0;
  readonly isFree = true;
  readonly #webhook: AttributeWebhook;

  constructor(webhook: AttributeWebhook) {
    this.#webhook = webhook;
  }

  get id(): string | null {
    return this.#webhook.id;
  }

  /** Person, attribute and value. */
  get fingerprint(): string {
    const { personId, email, namespace, handle, value } = this.#webhook;
    return JSON.stringify([personId ?? comparableEmail(email ?? ''), namespace, handle, value]);
  }

  /** Names and values are text of the payload, of which nothing is kept in clear. */
  get summary(): ActionRequest['summary'] {
    return { value_type: typeOf(this.#webhook.value) };
  }

  get person(): ActionRequest['person'] {
    const { personId, email } = this.#webhook;
    return { personId, email };
  }

  /** No limit is about attributes. */
  checkLimits(): void {
    return undefined;
  }

  /** A secret for some reward definitions is for rewards alone, unless it says that it is for attributes too. */
  isWithin({ actions, rewardDefinitions }: SecretScope): boolean {
    return rewardDefinitions === undefined || actions?.includes(names.name) === true;
  }

  begin(omneo: Omneo, basis: AttemptBasis): ActionAttempt {
    const webhook = this.#webhook;
    return new AttributeAttempt({ omneo, basis, webhook, fields: toFields(webhook) });
  }

  /** No look-up has to prove anything. */
  exists(): void {
    return undefined;
  }
}

/** What sets the attribute: what the webhook passes through, the type of its value unless it names one, and the value. */
export function toFields({ fields, value }: Pick<AttributeWebhook, 'fields' | 'value'>): AttributeFields {
  return { type: typeOf(value), ...fields, value };
}
