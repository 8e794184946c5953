import { type Addressed, parsePayload } from '../payload/parse.ts';
import { dataFields, webhookRulesOf } from '../payload/rules.ts';

/** What a webhook asks for, understood: nothing further has to be checked. */
export type Webhook = Addressed &
  Readonly<{
    definitionId: number;
    amount: number;
    /** Everything else in `data`, which goes on to Omneo as it is. */
    fields: Readonly<Record<string, unknown>>;
  }>;

const { definition, amount, meta, timezone, date } = dataFields;

/** What there is to say of a reward's own fields. */
export const rewardHints = Object.freeze({
  'not_a_number_data.reward_definition_id':
    'must be the number that the reward definition has in Omneo, not its name or code.',
  'not_an_id_data.reward_definition_id': 'must be the whole number that the reward definition has in Omneo.',
});

/** The rules of a webhook that asks for a reward. */
export const rewardRules = webhookRulesOf({
  fields: { reward_definition_id: definition, amount, meta, timezone, issued_at: date, expires_at: date },
  own: ['reward_definition_id', 'amount'],
  reserved: ['id', 'profile_id', 'external_id', 'value_initial', 'value_remaining'],
  otherNames: { amount: ['value'] },
  hints: rewardHints,
});

/**
 * Understands the body of a webhook that asks for a reward.
 *
 * @throws Problem `invalid_payload`, naming each field that is wrong and what to do, and no value.
 */
export function parseWebhook(body: unknown, identifiers: 'both' | 'any'): Webhook {
  const { addressed, data, fields } = parsePayload(body, identifiers, rewardRules);
  return Object.freeze({
    ...addressed,
    definitionId: Number(data['reward_definition_id']),
    amount: Number(data['amount']),
    fields,
  });
}
