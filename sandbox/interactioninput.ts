import {
  type Check,
  type FieldErrors,
  type Fields,
  checkMeta,
  checkProfile,
  checkTime,
  checked,
  isAbsent,
  label,
} from './fieldchecks.ts';
import type { InputOf } from './holdings.ts';
import type { Interaction } from './interactions.ts';
import { utcText } from './localtime.ts';
import type { Tenant } from './tenant.ts';

const actions = [
  ...['broadcast', 'disclose', 'feedback', 'product', 'reach', 'refer'],
  ...['service', 'visit', 'view'],
];
const channels = ['app', 'email', 'location', 'push', 'sms', 'social', 'support', 'website'];

function checkText({ fields, fail }: Check, field: string, most = 255): string {
  const value = fields[field];
  if (isAbsent(value)) fail(field, `The ${label(field)} field is required.`);
  else if (typeof value !== 'string') fail(field, `The ${label(field)} must be a string.`);
  else if (value.length > most)
    fail(field, `The ${label(field)} must not be greater than ${most} characters.`);
  else return value;
  return '';
}

function checkOneOf(check: Check, field: string, words: readonly string[]): string {
  const value = checkText(check, field);
  if (value !== '' && !words.includes(value)) check.fail(field, `The selected ${label(field)} is invalid.`);
  return value;
}

function checkSignal({ fields, fail }: Check): number {
  const { signal } = fields;
  if (isAbsent(signal)) fail('signal', 'The signal field is required.');
  else if (!['-1', '0', '1', -1, 0, 1].some((one) => one === signal))
    fail('signal', 'The selected signal is invalid.');
  return Number(signal);
}

function checkTags({ fields, fail }: Check): string[] {
  const { tags } = fields;
  if (isAbsent(tags)) return [];
  if (Array.isArray(tags) && tags.every((tag): tag is string => typeof tag === 'string')) return tags;
  fail('tags', 'The tags must be an array.');
  return [];
}

/** What it points at: of a reward it is known whether there is one, and of nothing else. */
function checkSubject({
  fields,
  tenant,
  fail,
}: Check): Pick<Interaction, 'interacted_type' | 'interacted_id'> {
  const { interacted_type: type, interacted_id: id } = fields;
  if (isAbsent(type) && isAbsent(id)) return { interacted_type: null, interacted_id: null };
  if (typeof type !== 'string') fail('interacted_type', 'The selected interacted type is invalid.');
  else if (!Number.isSafeInteger(id)) fail('interacted_id', 'The interacted id must be an integer.');
  else if (type === 'reward' && tenant.rewards.get(Number(id)) === undefined)
    fail('interacted_id', 'The selected interacted id is invalid.');
  else return { interacted_type: type, interacted_id: Number(id) };
  return { interacted_type: null, interacted_id: null };
}

const textOrNull = (value: unknown) => (typeof value === 'string' ? value : null);

/** Reads the fields of POST /interactions; unknown ones are ignored. */
export function readInteractionInput(
  fields: Fields,
  tenant: Tenant,
): { input: InputOf<Interaction> } | { errors: FieldErrors } {
  return checked({ fields, tenant }, (check) => ({
    external_id: null,
    profile_id: checkProfile(check),
    action: checkOneOf(check, 'action', actions),
    channel: checkOneOf(check, 'channel', channels),
    signal: checkSignal(check),
    name: checkText(check, 'name'),
    namespace: checkText(check, 'namespace'),
    description: textOrNull(fields['description']),
    url: textOrNull(fields['url']),
    tags: checkTags(check),
    interacted_at: utcText(checkTime(check, 'interacted_at', 'UTC') ?? tenant.now()),
    ...checkSubject(check),
    meta: checkMeta(check),
  }));
}
