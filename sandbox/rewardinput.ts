import { stored } from './externalids.ts';
import { isRecord } from './http.ts';
import { utcText } from './localtime.ts';
import type { RewardInput } from './rewards.ts';
import type { Switches } from './switches.ts';
import type { Tenant } from './tenant.ts';

/** Laravel's map of a field to what is wrong with it. */
type FieldErrors = Record<string, string[]>;

type Fields = Record<string, unknown>;

/** Collects what is wrong. Every check returns a stand-in if it complains, so that all fields get checked. */
type Check = { fields: Fields; tenant: Tenant; fail: (field: string, text: string) => void };

const label = (field: string) => field.replaceAll('_', ' ');
const isAbsent = (value: unknown) => value === undefined || value === null || value === '';

function checkProfile({ fields, tenant, fail }: Check): string {
  const id = fields['profile_id'];
  if (isAbsent(id)) fail('profile_id', 'The profile id field is required.');
  else if (typeof id === 'string' && (tenant.profiles.get(id)?.profile_type ?? 'deleted') !== 'deleted')
    return id;
  else fail('profile_id', 'The selected profile id is invalid.');
  return '';
}

function checkTimezone({ fields, tenant, fail }: Check): string {
  const zone = fields['timezone'];
  if (isAbsent(zone)) fail('timezone', 'The timezone field is required.');
  else if (typeof zone === 'string' && tenant.zones.has(zone)) return zone;
  else fail('timezone', 'The timezone must be a valid zone.');
  return 'UTC';
}

function checkDefinition({ fields, tenant, fail }: Check): Tenant['definitions'][number] {
  const { reward_definition_id: id, reward_definition_handle: handle } = fields;
  const field = isAbsent(id) && !isAbsent(handle) ? 'reward_definition_handle' : 'reward_definition_id';
  const wanted = fields[field];
  const found = tenant.definitions.find(
    (each) => wanted === each.id || wanted === String(each.id) || (isAbsent(id) && wanted === each.handle),
  );
  if (found) return found;
  if (isAbsent(wanted)) fail(field, 'The reward definition id field is required.');
  else fail(field, `The selected ${label(field)} is invalid.`);
  return { id: 0, handle: '' };
}

function checkValue({ fields, fail }: Check, field: string, maximum = Infinity): number {
  const value = fields[field];
  const isNumeric = typeof value === 'string' && /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(value);
  if (isAbsent(value)) fail(field, `The ${label(field)} field is required.`);
  else if (typeof value !== 'number' && !isNumeric) fail(field, `The ${label(field)} must be a number.`);
  else if (Number(value) > maximum) fail(field, `The ${label(field)} must not be greater than ${maximum}.`);
  else return Number(value);
  return 0;
}

function checkTime({ fields, tenant, fail }: Check, field: string, zone: string): number | null {
  const value = fields[field];
  if (isAbsent(value)) return null;
  const instant = typeof value === 'string' ? tenant.zones.read(value, zone) : undefined;
  if (instant === undefined) fail(field, `The ${label(field)} is not a valid date.`);
  return instant ?? null;
}

function checkExternalId({ fields, tenant, fail }: Check, isUnique: boolean): string | null {
  const value = fields['external_id'];
  if (isAbsent(value)) return null;
  if (typeof value !== 'string') fail('external_id', 'The external id must be a string.');
  else if (value.length > 255)
    fail('external_id', 'The external id must not be greater than 255 characters.');
  else if (isUnique && tenant.rewards.byExternalId(value).length > 0)
    fail('external_id', 'The external id has already been taken.');
  else return value;
  return null;
}

const storedId = (id: string | null, { externalIdStored }: Switches) =>
  id === null ? null : stored(id, externalIdStored);

function checkMeta({ fields, fail }: Check): unknown {
  const meta = fields['meta'] ?? null;
  if (meta !== null && !Array.isArray(meta) && !isRecord(meta)) fail('meta', 'The meta must be an array.');
  return meta;
}

/** Reads the fields of POST /rewards; unknown ones are ignored. */
export function readRewardInput(
  fields: Fields,
  tenant: Tenant,
  switches: Switches,
): { input: RewardInput } | { errors: FieldErrors } {
  const errors: FieldErrors = {};
  const fail = (field: string, text: string) => {
    errors[field] = [...(errors[field] ?? []), text];
  };
  const check = { fields, tenant, fail };
  const timezone = checkTimezone(check);
  const definition = checkDefinition(check);
  const issued = checkTime(check, 'issued_at', timezone) ?? tenant.now();
  const expires = checkTime(check, 'expires_at', timezone);
  const input: RewardInput = {
    profile_id: checkProfile(check),
    external_id: storedId(checkExternalId(check, switches.uniqueExternalId), switches),
    definition: { id: definition.id, handle: definition.handle },
    value_initial: checkValue(check, 'value_initial', definition.maxValue),
    value_remaining: checkValue(check, 'value_remaining', definition.maxValue),
    timezone,
    issued_at: utcText(issued),
    issued_local_at: tenant.zones.local(issued, timezone),
    expires_at: expires === null ? null : utcText(expires),
    expires_local_at: expires === null ? null : tenant.zones.local(expires, timezone),
    meta: checkMeta(check),
  };
  return Object.keys(errors).length > 0 ? { errors } : { input };
}
