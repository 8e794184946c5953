import { isRawNumber, isRecord, numeralOf } from '../lib/exactjson.ts';

/**
 * The rows of an Omneo answer, whose `data` may be a list, one object, `{}` or null.
 *
 * @returns undefined when there is no `data` to speak of, when a list holds anything but objects and null, and when
 * none is shown though `meta.total` counts some.
 */
export function rowsOf(json: unknown): readonly Readonly<Record<string, unknown>>[] | undefined {
  if (!isRecord(json) || json['data'] === undefined) return undefined;
  const rows = listed(json['data']);
  return rows?.length === 0 && totalOf(json) > 0 ? undefined : rows;
}

/** Whether a list shows all that it counts: nothing in it is left blank, and `meta.total` names no other number. */
export function isWhole(json: unknown): boolean {
  if (!isRecord(json)) return false;
  const { data } = json;
  const total = totalOf(json);
  return Array.isArray(data) && !data.includes(null) && (Number.isNaN(total) || total === data.length);
}

function listed(data: unknown): readonly Readonly<Record<string, unknown>>[] | undefined {
  const list: readonly unknown[] = Array.isArray(data) ? data : [data];
  const shown = list.filter((row) => row !== null);
  if (!shown.every(isRecord)) return undefined;
  return Array.isArray(data) ? shown : shown.filter((row) => Object.keys(row).length > 0);
}

function totalOf({ meta }: Readonly<Record<string, unknown>>): number {
  return isRecord(meta) ? numberOf(meta['total']) : Number.NaN;
}

/** A number that Omneo may send as a number or as a numeric string; NaN for anything else. */
export function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (isRawNumber(value)) return Number(value.rawJSON);
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}

/** What Omneo sends as a text or as a number, as a text; no digit of a number is lost. */
export function textOf(value: unknown): string {
  return shownText(value) ?? String(value);
}

/** As `textOf`, and undefined for anything else. */
export function shownText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : (numeralOf(value) ?? undefined);
}
