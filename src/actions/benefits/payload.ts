import { type Addressed, invalidPayload, parsePayload } from '../payload/parse.ts';
import { fault } from '../payload/hints.ts';
import { dataFields, webhookRulesOf } from '../payload/rules.ts';

/** How a webhook names the definition of a benefit. */
type NamedDefinition = Readonly<{ id: number } | { handle: string }>;

/** What a webhook asks for, understood: nothing further has to be checked. */
export type BenefitWebhook = Addressed &
  Readonly<{
    definition: NamedDefinition;
    /** Null: none was given. */
    value: number | null;
    /** Everything else in `data`, which goes on to Omneo as it is. */
    fields: Readonly<Record<string, unknown>>;
  }>;

const { definitionIfAny, handle, amountIfAny, meta, timezone, date } = dataFields;

/** What there is to say of a benefit's own fields. */
const benefitHints = Object.freeze({
  'not_a_number_data.benefit_definition_id':
    'must be the number that the benefit definition has in Omneo; send its handle as benefit_definition_handle.',
  'not_an_id_data.benefit_definition_id':
    'must be the whole number that the benefit definition has in Omneo.',
  'missing_data.benefit_definition_id':
    'and data.benefit_definition_handle are both missing or blank: one of the two is needed.',
});

/** The rules of a webhook that asks for a benefit. */
export const benefitRules = webhookRulesOf({
  fields: {
    ...{ benefit_definition_id: definitionIfAny, benefit_definition_handle: handle, value: amountIfAny },
    ...{ meta, timezone, issued_at: date, expires_at: date },
  },
  own: ['benefit_definition_id', 'benefit_definition_handle', 'value'],
  reserved: ['id', 'profile_id', 'external_id'],
  otherNames: {},
  hints: benefitHints,
});

/**
 * Understands the body of a webhook that asks for a benefit.
 *
 * @throws Problem `invalid_payload`, naming each field that is wrong and what to do, and no value.
 */
export function parseBenefitWebhook(body: unknown, identifiers: 'both' | 'any'): BenefitWebhook {
  const { addressed, data, fields } = parsePayload(body, identifiers, benefitRules);
  const { value } = data;
  const given = value === undefined ? null : Number(value);
  return Object.freeze({ ...addressed, definition: namedDefinition(data), value: given, fields });
}

function namedDefinition({
  benefit_definition_id: id,
  benefit_definition_handle: handle,
}: Readonly<Record<string, unknown>>): NamedDefinition {
  if (id !== undefined && handle !== undefined)
    throw invalidPayload([fault('data.benefit_definition_handle', 'ambiguous')]);
  if (id !== undefined) return { id: Number(id) };
  if (typeof handle === 'string') return { handle };
  throw invalidPayload([fault('data.benefit_definition_id', 'missing', 'missing', benefitHints)]);
}
