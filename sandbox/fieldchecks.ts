import { stored } from './externalids.ts';
import { isRecord } from './http.ts';
import type { Switches } from './switches.ts';
import type { Tenant } from './tenant.ts';

/** Laravel's map of a field to what is wrong with it. */
export type FieldErrors = Record<string, string[]>;

export type Fields = Record<string, unknown>;

/** Collects what is wrong. Every check returns a stand-in if it complains, so that all fields get checked. */
export type Check = { fields: Fields; tenant: Tenant; fail: (field: string, text: string) => void };

export const label = (field: string) => field.replaceAll('_', ' ');
export const isAbsent = (value: unknown) => value === undefined || value === null || value === '';

export function checkProfile({ fields, tenant, fail }: Check): string {
  const id = fields['profile_id'];
  if (isAbsent(id)) fail('profile_id', 'The profile id field is required.');
  else if (typeof id === 'string' && (tenant.profiles.get(id)?.profile_type ?? 'deleted') !== 'deleted')
    return id;
  else fail('profile_id', 'The selected profile id is invalid.');
  return '';
}

export function checkTimezone({ fields, tenant, fail }: Check): string {
  const zone = fields['timezone'];
  if (isAbsent(zone)) fail('timezone', 'The timezone field is required.');
  else if (typeof zone === 'string' && tenant.zones.has(zone)) return zone;
  else fail('timezone', 'The timezone must be a valid zone.');
  return 'UTC';
}

/** Of these definitions, the one that a field ending in `_definition_id` or `_definition_handle` names. */
export function checkDefinition<T extends { id: number; handle: string }>(
  { fields, fail }: Check,
  kind: string,
  definitions: readonly T[],
): T | undefined {
  const [byId, byHandle] = [`${kind}_definition_id`, `${kind}_definition_handle`];
  const { [byId]: id, [byHandle]: handle } = fields;
  const field = isAbsent(id) && !isAbsent(handle) ? byHandle : byId;
  const wanted = fields[field];
  const found = definitions.find(
    (each) => wanted === each.id || wanted === String(each.id) || (isAbsent(id) && wanted === each.handle),
  );
  if (found) return found;
  if (isAbsent(wanted)) fail(field, `The ${kind} definition id field is required.`);
  else fail(field, `The selected ${label(field)} is invalid.`);
  return undefined;
}

export function checkValue({ fields, fail }: Check, field: string, maximum = Infinity): number {
  const value = fields[field];
  const isNumeric = typeof value === 'string' && /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(value);
  if (isAbsent(value)) fail(field, `The ${label(field)} field is required.`);
  else if (typeof value !== 'number' && !isNumeric) fail(field, `The ${label(field)} must be a number.`);
  else if (Number(value) > maximum) fail(field, `The ${label(field)} must not be greater than ${maximum}.`);
  else return Number(value);
  return 0;
}

export function checkTime({ fields, tenant, fail }: Check, field: string, zone: string): number | null {
  const value = fields[field];
  if (isAbsent(value)) return null;
  const instant = typeof value === 'string' ? tenant.zones.read(value, zone) : undefined;
  if (instant === undefined) fail(field, `The ${label(field)} is not a valid date.`);
  return instant ?? null;
}

/** `isTaken` says whether somebody has this id already. */
export function checkExternalId({ fields, fail }: Check, isTaken: (id: string) => boolean): string | null {
  const value = fields['external_id'];
  if (isAbsent(value)) return null;
  if (typeof value !== 'string') fail('external_id', 'The external id must be a string.');
  else if (value.length > 255)
    fail('external_id', 'The external id must not be greater than 255 characters.');
  else if (isTaken(value)) fail('external_id', 'The external id has already been taken.');
  else return value;
  return null;
}

export const storedId = (id: string | null, { externalIdStored }: Switches) =>
  id === null ? null : stored(id, externalIdStored);

export function checkMeta({ fields, fail }: Check): unknown {
  const meta = fields['meta'] ?? null;
  if (meta !== null && !Array.isArray(meta) && !isRecord(meta)) fail('meta', 'The meta must be an array.');
  return meta;
}

/** Runs all checks; what they give, unless one complained. */
export function checked<T>(
  given: { fields: Fields; tenant: Tenant },
  read: (check: Check) => T,
): { input: T } | { errors: FieldErrors } {
  const errors: FieldErrors = {};
  const fail = (field: string, text: string) => {
    errors[field] = [...(errors[field] ?? []), text];
  };
  const input = read({ ...given, fail });
  return Object.keys(errors).length > 0 ? { errors } : { input };
}
