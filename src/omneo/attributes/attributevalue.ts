import { numberOf, textIn } from '../../lib/exactjson.ts';

/** What an attribute can be set to. */
export type AttributeValue = string | number | boolean;

/** What Omneo calls the type of a value. */
export function typeOf(value: AttributeValue): 'string' | 'boolean' | 'integer' | 'float' {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'boolean';
  return Number.isInteger(value) ? 'integer' : 'float';
}

const written = { true: [true, 1, 'true', '1'], false: [false, 0, 'false', '0', ''] } as const;

/** Whether Omneo shows this value, in any of the ways in which it may write it: as it was sent, or as text. */
export function isSameValue(value: AttributeValue, shown: unknown): boolean {
  if (typeof value === 'string') return textIn(shown) === value;
  if (typeof value === 'number') return numberOf(shown) === value;
  return written[value ? 'true' : 'false'].some((way) => way === shown);
}
