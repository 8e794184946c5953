import { isRecord } from '../record.ts';

/**
 * The rows of an Omneo answer, whose `data` may be a list, one object, `{}` or null.
 *
 * @returns undefined when there is no `data` to speak of.
 */
export function rowsOf(json: unknown): readonly Readonly<Record<string, unknown>>[] | undefined {
  if (!isRecord(json) || json['data'] === undefined) return undefined;
  const data = json['data'];
  if (data === null) return [];
  if (Array.isArray(data)) return data.filter(isRecord);
  if (!isRecord(data)) return undefined;
  return Object.keys(data).length === 0 ? [] : [data];
}

/** A number that Omneo may send as a number or as a numeric string; NaN for anything else. */
export function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}
