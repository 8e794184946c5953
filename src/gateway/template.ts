/**
 * The mistakes that templates make, by the code they are reported under, and what a marketer can do about each.
 * Each hint follows the name of the field; none holds anything that was sent.
 */
export const hints = Object.freeze({
  missing:
    'is missing or blank: check in the preview of the webhook that its tag has a value for this profile.',
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
  not_an_object: 'must be a JSON object in curly brackets.',
  too_deep: 'is nested too deeply: 32 levels are the most.',
  not_a_timezone: 'must be an IANA time zone such as Australia/Melbourne.',
  set_by_gateway: 'is set by the gateway: leave it out.',
});

/** `""`, blanks and `None` are what a tag without a value renders to. */
const blank = /^(none)?$/i;

/**
 * Text as it was meant: without surrounding white space, undefined when there is none, and whole numbers, which
 * an unquoted tag makes of a numeric id, as text. Anything else stays as it is, for a rule to refuse.
 */
export function tidyText(value: unknown): unknown {
  if (value === null) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (typeof value !== 'string') return value;
  const trimmed = value.trim();
  return blank.test(trimmed) ? undefined : trimmed;
}

/** A number as it was meant: clean numeric strings are numbers. Anything else stays as it is, for a rule to refuse. */
export function tidyNumber(value: unknown): unknown {
  if (value === null) return undefined;
  if (typeof value !== 'string') return value;
  const trimmed = value.trim();
  if (blank.test(trimmed)) return undefined;
  return /^-?\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : trimmed;
}

/** What is wrong with a text that a template rendered, if anything. */
export function templateFault(text: string): 'unrendered' | 'escaped' | 'not_readable' | null {
  if (/\{\{|\}\}|\{%|%\}/.test(text)) return 'unrendered';
  if (/&(amp|quot|lt|gt|apos|#\d{1,6}|#x[0-9a-f]{1,6});/i.test(text)) return 'escaped';
  // Half a surrogate pair becomes U+FFFD in a digest and in a URL, where two different texts would be one.
  return /[\u0000-\u001f\u007f\ufffd]/.test(text) || !text.isWellFormed() ? 'not_readable' : null;
}
