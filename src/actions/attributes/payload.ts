import type { AttributeValue } from '../../omneo/attributes/attributevalue.ts';
import { fault } from '../payload/hints.ts';
import { type Addressed, invalidPayload, parsePayload } from '../payload/parse.ts';
import { type DataField, field, nameRules, rendered, textRule, webhookRulesOf } from '../payload/rules.ts';
import { tidyName, tidyText } from '../payload/template.ts';
import { isExact, isType, isValue, tidyValue, valueAs } from './value.ts';

/** What a webhook asks for, understood: nothing further has to be checked. */
export type AttributeWebhook = Addressed &
  Readonly<{
    namespace: string;
    handle: string;
    value: AttributeValue;
    /** Everything else in `data`, which goes on to Omneo as it is. */
    fields: Readonly<Record<string, unknown>>;
  }>;

/** What parts a namespace from a handle, and a path from another, is in neither. */
const namePart: DataField = {
  rules: field(true, ...nameRules, ['not_a_name', textRule((text) => /^[\p{L}\p{N}_. -]+$/u.test(text))]),
  tidy: tidyName,
};

/** As of a name, but that it need not be text. */
const [, , ...readableRules] = nameRules;

const value: DataField = {
  rules: field(true, rendered, ['not_a_value', isValue], ...readableRules, ['not_exact', isExact]),
  tidy: tidyValue,
};

const type: DataField = {
  rules: field(false, rendered, ['not_a_type', isType]),
  tidy: tidyText,
};

/** The rules of a webhook that sets an attribute. */
export const attributeRules = webhookRulesOf({
  fields: { namespace: namePart, handle: namePart, value, type },
  own: ['namespace', 'handle', 'value'],
  reserved: ['id', 'profile_id', 'external_id'],
  otherNames: { handle: ['name', 'attribute', 'key'], namespace: ['group'] },
  hints: {},
});

/**
 * Understands the body of a webhook that sets an attribute.
 *
 * @throws Problem `invalid_payload`, naming each field that is wrong and what to do, and no value.
 */
export function parseAttributeWebhook(body: unknown, identifiers: 'both' | 'any'): AttributeWebhook {
  const { addressed, data, fields } = parsePayload(body, identifiers, attributeRules);
  const value = valueAs(data['value'], data['type']);
  if (value === undefined) throw invalidPayload([fault('data.value', 'not_of_type')]);
  return Object.freeze({
    ...addressed,
    namespace: String(data['namespace']),
    handle: String(data['handle']),
    value,
    fields,
  });
}
