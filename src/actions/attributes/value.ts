import { exactNumber, isRawNumber } from '../../lib/exactjson.ts';
import type { AttributeValue } from '../../omneo/attributes/attributevalue.ts';
import { tidyName, tidyNumber } from '../payload/template.ts';

/** Whether a value of JSON may be that of an attribute: text, a number, true or false. */
export function isValue(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value) || isRawNumber(value);
}

/** Whether a value is kept digit by digit, here and in Omneo: what is no number is. */
export function isExact(value: unknown): boolean {
  return !isRawNumber(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}

/** A value as it was meant: text without its HTML escapes, a number however it is written, true or false. */
export function tidyValue(value: unknown): unknown {
  if (typeof value === 'string') return tidyName(value);
  return isRawNumber(value) ? exactNumber(value.rawJSON) : (value ?? undefined);
}

const truths: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };

/** What is made of a sound value for each type that it can be said to be of; undefined: it is not of that type. */
const casts = Object.freeze({
  string: (value: unknown) => String(value),
  integer: (value: unknown) => (Number.isSafeInteger(tidyNumber(value)) ? tidyNumber(value) : undefined),
  float: (value: unknown) => (typeof tidyNumber(value) === 'number' ? tidyNumber(value) : undefined),
  // Klaviyo's engine writes them True and False.
  boolean: (value: unknown) => truths[String(value).toLowerCase()],
});

/** Whether a value can be said to be of this type. */
export function isType(type: unknown): type is keyof typeof casts {
  return typeof type === 'string' && Object.hasOwn(casts, type);
}

/** A sound value as one of the type that it is said to be of, or as it is if nothing is said; undefined: it is not. */
export function valueAs(value: unknown, type: unknown): AttributeValue | undefined {
  const meant = isType(type) ? casts[type](value) : value;
  return typeof meant === 'string' || typeof meant === 'number' || typeof meant === 'boolean'
    ? meant
    : undefined;
}
