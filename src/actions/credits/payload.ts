import { type Addressed, parsePayload } from '../payload/parse.ts';
import { dataFields, webhookRulesOf } from '../payload/rules.ts';

/** What a webhook asks for, understood: nothing further has to be checked. */
export type CreditWebhook = Addressed &
  Readonly<{
    definitionId: number;
    amount: number;
    /** Everything else in `data`, which goes on to Omneo as it is. */
    fields: Readonly<Record<string, unknown>>;
  }>;

const { definition, amount, meta, timezone, date } = dataFields;

/** What there is to say of a credit's own fields. */
export const creditHints = Object.freeze({
  'not_a_number_data.credit_definition_id':
    'must be the number that the credit definition has in Omneo, not its name or code.',
  'not_an_id_data.credit_definition_id': 'must be the whole number that the credit definition has in Omneo.',
});

/** The rules of a webhook that asks for a credit. */
export const creditRules = webhookRulesOf({
  fields: {
    ...{ credit_definition_id: definition, amount, meta, timezone },
    ...{ issued_at: date, expires_at: date, released_at: date },
  },
  own: ['credit_definition_id', 'amount'],
  reserved: [
    ...['id', 'profile_id', 'external_id', 'external_namespace'],
    ...['value_initial', 'value_remaining'],
  ],
  otherNames: { amount: ['value'] },
  hints: creditHints,
});

/**
 * Understands the body of a webhook that asks for a credit.
 *
 * @throws Problem `invalid_payload`, naming each field that is wrong and what to do, and no value.
 */
export function parseCreditWebhook(body: unknown, identifiers: 'both' | 'any'): CreditWebhook {
  const { addressed, data, fields } = parsePayload(body, identifiers, creditRules);
  return Object.freeze({
    ...addressed,
    definitionId: Number(data['credit_definition_id']),
    amount: Number(data['amount']),
    fields,
  });
}
