import { isRawNumber } from './exactjson.ts';

/** Whether a value is an object with fields, which a list, null and a number as it is written are not. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value);
}
