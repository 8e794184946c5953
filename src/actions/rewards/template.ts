import { type RawNumber, isRawNumber, numeralOf } from '../../lib/exactjson.ts';
import { canonical, decimalOf } from './decimal.ts';
import { decodeOnce, hasEscape } from './htmlescape.ts';

/**
 * The mistakes that templates make, by the code they are reported under, and what a marketer can do about each.
 * What is missing has more than one hint, by the field or by what was sent in its stead. Each hint follows the name of
 * the field; none holds anything that was sent.
 */
export const hints = Object.freeze({
  missing:
    'is missing or blank: check in the preview of the webhook that its tag has a value for this profile.',
  missing_person_id:
    'is missing or blank: check its tag, or in date-triggered Flows, which have no profile id, ask your platform team for identifiers: any.',
  misspelt: 'is missing, and a field of a similar name was sent: spell it exactly like this.',
  outside_data:
    'is missing, and a field of this or a similar name was sent beside data: it belongs between the curly brackets of data.',
  inside_data:
    'is missing, and a field of this or a similar name was sent inside of data: it belongs beside it.',
  flattened:
    'is missing, and fields that belong in it were sent beside it: put them into curly brackets of its own, as in "data": { }.',
  nobody: 'and person_id are both missing or blank: one of the two is needed.',
  unrendered: 'holds a tag that was not rendered: check the spelling between {{ and }}.',
  escaped: 'holds an HTML escape such as &amp;: send the plain value.',
  not_text: 'must be text: put quotes around the tag.',
  not_readable: 'holds control or broken characters: send plain text in UTF-8.',
  too_long: 'is too long: 255 characters are the most.',
  not_an_email: 'is not an e-mail address: use {{ person.email }}.',
  not_a_number:
    'must be a plain number such as 25 or "25.0", without currency sign, thousands separator or exponent.',
  not_an_id: 'must be the whole number that the reward definition has in Omneo.',
  not_positive: 'must be above 0.',
  not_in_cents: 'must be in whole cents: 0.01 is the least, and two decimals are the most.',
  too_large: 'is too large to be exact to the cent: 90071992547409.9 is the most.',
  not_an_object: 'must be a JSON object in curly brackets.',
  too_deep: 'is nested too deeply: 32 levels are the most.',
  not_a_timezone: 'must be an IANA time zone such as Australia/Melbourne.',
  set_by_gateway: 'is set by the gateway: leave it out.',
});

/** `""`, blanks and `None` are what a tag without a value renders to. */
const blank = /^(none)?$/i;

/**
 * Text as it was meant: without surrounding white space, undefined when there is none, and whole numbers, which
 * an unquoted tag makes of a numeric id, as their digits. Anything else stays as it is, for a rule to refuse.
 */
export function tidyText(value: unknown): unknown {
  if (value === null) return undefined;
  if (typeof value !== 'string') return digitsOf(value) ?? value;
  const trimmed = value.trim();
  return blank.test(trimmed) ? undefined : trimmed;
}

/** Text that names somebody or something, as it was meant: its HTML escapes are the template's doing. */
export function tidyName(value: unknown): unknown {
  return tidyText(typeof value === 'string' ? decodeOnce(value) : value);
}

/**
 * A number as it was meant: clean numeric strings are numbers. One that a double does not hold stays as it is
 * written. Anything else stays as it is, for a rule to refuse.
 */
export function tidyNumber(value: unknown): unknown {
  if (value === null) return undefined;
  if (isRawNumber(value)) return exact(value.rawJSON);
  if (typeof value !== 'string') return value;
  const trimmed = value.trim();
  if (blank.test(trimmed)) return undefined;
  return /^-?\d+(\.\d+)?$/.test(trimmed) ? exact(trimmed) : trimmed;
}

/** What a template leaves in a text when it goes wrong. */
export const residues = Object.freeze({
  unrendered: (text: string) => /\{\{|\}\}|\{%|%\}/.test(text),
  escaped: hasEscape,
  // Half a surrogate pair becomes U+FFFD in a digest and in a URL, where two different texts would be one.
  not_readable: (text: string) => /[\u0000-\u001f\u007f\ufffd]/.test(text) || !text.isWellFormed(),
});

/** Most zeros that are written out for a whole number with an exponent: 1e9999 would be a text of any length. */
const maxDigits = 255;

function digitsOf(value: unknown): string | null {
  const decimal = decimalOf(numeralOf(value) ?? '');
  if (decimal === null || decimal.power < 0 || decimal.power > maxDigits) return null;
  const { isNegative, digits, power } = decimal;
  return `${isNegative ? '-' : ''}${digits === '' ? '0' : digits}${'0'.repeat(power)}`;
}

function exact(numeral: string): number | RawNumber {
  const number = Number(numeral);
  const [written, held] = [decimalOf(numeral), decimalOf(String(number))].map(
    (decimal) => decimal && canonical(decimal),
  );
  return written === held || typeof written !== 'string' ? number : JSON.rawJSON(written);
}
