import { isRecord } from '../../../lib/exactjson.ts';

/** The fields of a JSON object; none if it is something else. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

/** A text, or the empty one if it is something else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Those of the fields that hold a text. */
export function textsOf(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(fieldsOf(value)).filter(([, text]) => typeof text === 'string');
  return Object.fromEntries(entries) as Record<string, string>;
}
