import { exactNumber, isRawNumber } from '../../lib/exactjson.ts';
import type { AttributeValue } from '../../omneo/attributes/attributevalue.ts';
import { type Addressed, parsePayload } from '../payload/parse.ts';
import { type DataField, field, nameRules, rendered, textRule, webhookRulesOf } from '../payload/rules.ts';
import { tidyName, tidyText } from '../payload/template.ts';

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

const isValue = (value: unknown): boolean =>
  ['string', 'number', 'boolean'].includes(typeof value) || isRawNumber(value);

/** A whole number beyond these is not kept digit by digit, here or in Omneo. */
const isExact = (value: unknown): boolean =>
  !isRawNumber(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));

const [, , ...readableRules] = nameRules;

const value: DataField = {
  rules: field(true, rendered, ['not_a_value', isValue], ...readableRules, ['not_exact', isExact]),
  tidy: tidyValue,
};

const type: DataField = {
  rules: field(false, rendered, [
    'not_a_type',
    (name) => ['string', 'integer', 'float', 'boolean'].some((one) => one === name),
  ]),
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
  return Object.freeze({
    ...addressed,
    namespace: String(data['namespace']),
    handle: String(data['handle']),
    // The rules let nothing else pass.
    value: data['value'] as AttributeValue,
    fields,
  });
}

/** A value as it was meant: text without its HTML escapes, a number however it is written, true or false. */
function tidyValue(value: unknown): unknown {
  if (typeof value === 'string') return tidyName(value);
  return isRawNumber(value) ? exactNumber(value.rawJSON) : (value ?? undefined);
}
