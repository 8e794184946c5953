import { asText, isRecord } from '../../lib/exactjson.ts';
import { fault } from '../payload/hints.ts';
import { type Addressed, invalidPayload, parsePayload } from '../payload/parse.ts';
import { type DataField, dataFields, field, nameRules, textRule, webhookRulesOf } from '../payload/rules.ts';
import { tidyName, tidyNumber, tidyText } from '../payload/template.ts';
import { namedMoment } from './moment.ts';

/** What a webhook asks for, understood: nothing further has to be checked. */
export type InteractionWebhook = Addressed &
  Readonly<{
    name: string;
    action: string;
    channel: string;
    /** -1, 0 or 1. */
    signal: number;
    namespace: string;
    /** The id of the webhook whose reward it is about; null: it is about none. */
    rewardId: string | null;
    /** When it took place, in milliseconds since the epoch; null: it was not said. */
    interactedAt: number | null;
    meta: Readonly<Record<string, unknown>>;
    /** Everything else in `data`, which goes on to Omneo as it is. */
    fields: Readonly<Record<string, unknown>>;
  }>;

/** What Omneo lets these be. */
const choices = Object.freeze({
  action: ['broadcast', 'disclose', 'feedback', 'product', 'reach', 'refer', 'service', 'visit', 'view'],
  channel: ['app', 'email', 'location', 'push', 'sms', 'social', 'support', 'website'],
});

const usualNamespace = 'klaviyo-flow';

function choice(of: readonly string[]): DataField {
  return {
    rules: field(true, ...nameRules, ['not_a_choice', textRule((text) => of.includes(text))]),
    tidy: tidyName,
  };
}

const own = {
  name: { rules: field(true, ...nameRules), tidy: tidyName },
  action: choice(choices.action),
  channel: choice(choices.channel),
  signal: {
    rules: field(true, ['not_a_choice', (value) => [-1, 0, 1].some((one) => one === value)]),
    tidy: tidyNumber,
  },
  // It goes into a filter, where a comma or a wildcard would mean something.
  namespace: {
    rules: field(false, ...nameRules, ['not_a_namespace', textRule((text) => /^[\w.-]{1,64}$/.test(text))]),
    tidy: tidyName,
  },
  reward_external_id: { rules: field(false, ...nameRules), tidy: tidyName },
  interacted_at: {
    rules: field(false, ...nameRules, ['not_a_time', textRule((text) => namedMoment(text) !== undefined)]),
    tidy: tidyText,
  },
} as const satisfies Record<string, DataField>;

/** What there is to say of an interaction's own fields. */
export const interactionHints = Object.freeze({
  'not_a_choice_data.action': `must be one of ${choices.action.join(', ')}.`,
  'not_a_choice_data.channel': `must be one of ${choices.channel.join(', ')}.`,
  'not_a_choice_data.signal': 'must be -1, 0 or 1: bad, neither, or good for the relation to the customer.',
  'set_by_gateway_data.meta.external_id':
    'is set by the gateway, which finds the interaction by it: leave it out.',
});

/** The rules of a webhook that records an interaction. */
export const interactionRules = webhookRulesOf({
  fields: {
    ...own,
    meta: dataFields.meta,
    tags: {
      rules: field(false, [
        'not_a_list',
        (value) => Array.isArray(value) && value.every((tag) => typeof tag === 'string'),
      ]),
      tidy: tidyText,
    },
  },
  own: [...Object.keys(own), 'meta'],
  reserved: ['id', 'profile_id', 'identifier', 'external_id'],
  otherNames: { name: ['title'], signal: ['sentiment'] },
  hints: interactionHints,
});

/**
 * Understands the body of a webhook that records an interaction.
 *
 * @throws Problem `invalid_payload`, naming each field that is wrong and what to do, and no value.
 */
export function parseInteractionWebhook(body: unknown, identifiers: 'both' | 'any'): InteractionWebhook {
  const { addressed, data, fields } = parsePayload(body, identifiers, interactionRules);
  checkSubject(data, fields);
  const text = (field: string): string => asText(data[field]);
  return Object.freeze({
    ...addressed,
    ...{ name: text('name'), action: text('action'), channel: text('channel') },
    signal: Number(data['signal']),
    namespace: data['namespace'] === undefined ? usualNamespace : text('namespace'),
    rewardId: data['reward_external_id'] === undefined ? null : text('reward_external_id'),
    interactedAt: namedMoment(text('interacted_at')) ?? null,
    meta: checkedMeta(data['meta']),
    fields,
  });
}

/** An interaction is about one thing. */
function checkSubject(
  data: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, unknown>>,
): void {
  if (data['reward_external_id'] === undefined) return;
  if (['interacted_type', 'interacted_id'].some((name) => Object.hasOwn(fields, name)))
    throw invalidPayload([fault('data.reward_external_id', 'ambiguous')]);
}

function checkedMeta(meta: unknown): InteractionWebhook['meta'] {
  if (!isRecord(meta)) return {};
  if (Object.hasOwn(meta, 'external_id'))
    throw invalidPayload([
      fault('data.meta.external_id', 'set_by_gateway', 'set_by_gateway', interactionHints),
    ]);
  return meta;
}
