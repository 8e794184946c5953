import leven from 'leven';
import type { FieldError } from '../../lib/problem.ts';

/**
 * The mistakes that templates make, by the code they are reported under, and what a marketer can do about each.
 * Some have more than one hint, by the field or by what was sent in its stead. Each hint follows the name of
 * the field; none holds anything that was sent.
 */
export const hints = Object.freeze({
  missing:
    'is missing or blank: check in the preview of the webhook that its tag has a value for this profile.',
  missing_person_id:
    'is missing or blank: check its tag, or in date-triggered Flows, which have no profile id, ask your platform team for identifiers: any.',
  misspelt: 'is missing, and a field of a similar name was sent: spell it exactly like this.',
  other_name:
    'is missing, and a field of another name was sent that seems to be meant for it: give it exactly this name.',
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
  not_an_id: 'must be the whole number that it has in Omneo.',
  not_a_choice: 'is not one of the values that it may have.',
  not_a_namespace: 'must be letters, digits, dots, hyphens and underscores, 64 at most.',
  not_a_time:
    'must be a date and time, such as 2026-03-01 10:20:00 in UTC, or with an offset as in 2026-03-01T21:20:00+11:00.',
  not_a_list: 'must be a list of texts in square brackets.',
  not_positive: 'must be above 0.',
  not_in_cents: 'must be in whole cents: 0.01 is the least, and two decimals are the most.',
  too_large: 'is too large to be exact to the cent: 90071992547409.9 is the most.',
  not_an_object: 'must be a JSON object in curly brackets.',
  too_deep: 'is nested too deeply: 32 levels are the most.',
  not_a_timezone: 'must be an IANA time zone such as Australia/Melbourne.',
  ambiguous: 'is sent beside another field that says the same: send one of the two.',
  set_by_gateway: 'is set by the gateway: leave it out.',
});

export type Hint = keyof typeof hints;

/** Hints by `<code>_<field>`, for fields of which there is more to say. */
export type FieldHints = Readonly<Record<string, string>>;

/** A field's mistake, with what to do about it: what there is to say of this field, else what there is of every field. */
export function fault(path: string, code: Hint, hint: Hint = code, own: FieldHints = hints): FieldError {
  const ofField = `${hint}_${path}`;
  return { field: path, code, hint: textOf(own, ofField) ?? textOf(hints, ofField) ?? hints[hint] };
}

function textOf(some: FieldHints, name: string): string | undefined {
  return Object.hasOwn(some, name) ? some[name] : undefined;
}

export function isHint(type: string | undefined): type is Hint {
  return type !== undefined && Object.hasOwn(hints, type);
}

/** The names of what was sent, beside `data` and inside of it. */
export type SentNames = Readonly<{ beside: readonly string[]; inside: readonly string[] }>;

/** The fields of an action's `data`, and what else people call them. */
export type DataNames = Readonly<{
  /** Those that have rules. */
  known: readonly string[];
  /** Of these, the ones that this action alone has: beside `data` they tell that they were meant to be in it. */
  own: readonly string[];
  otherNames: Readonly<Record<string, readonly string[]>>;
}>;

const topNames: readonly string[] = ['id', 'person_id', 'email', 'data'];

/** What else people call a field beside `data`. */
const otherTopNames: DataNames['otherNames'] = { person_id: ['klaviyo_id', 'profile_id'] };

/** More names than a webhook has are not looked at, nor longer ones. */
const maxNames = 100;
const maxLength = 40;

/**
 * Adds to the fault of a missing field whether one of a similar name was sent, or one in another place. The right name
 * is in `field`; the one that was sent is not repeated, since names are part of the payload too, and a template may put
 * a customer's data into them.
 */
export function addHint(error: FieldError, sent: SentNames, names: DataNames): FieldError {
  const fields =
    error.code === 'nobody' ? ['person_id', 'email'] : error.code === 'missing' ? [error.field] : [];
  for (const field of fields) {
    const hint = hintFor(field, sent, names);
    if (hint !== null) return fault(field, 'missing', hint);
  }
  return error;
}

function hintFor(field: string, { beside, inside }: SentNames, names: DataNames): Hint | null {
  const known = [...topNames, ...names.known];
  const among = (sent: readonly string[], meant: string, isSame?: typeof isSimilar): boolean =>
    isAmong(
      sent.filter((each) => !known.includes(each)),
      meant,
      isSame,
    );
  const name = field.replace(/^data\./, '');
  const isInside = name !== field;
  const [here, elsewhere] = isInside ? [inside, beside] : [beside, inside];
  if (here.includes(name)) return null;
  if (among(here, name)) return 'misspelt';
  const others = (isInside ? names.otherNames : otherTopNames)[name] ?? [];
  if (others.some((other) => among(here, other, isEqual))) return 'other_name';
  const isIn = (sent: readonly string[], meant: string) => sent.includes(meant) || among(sent, meant);
  if (name === 'data') return names.own.some((each) => isIn(beside, each)) ? 'flattened' : null;
  if (!isIn(elsewhere, name)) return null;
  return isInside ? 'outside_data' : 'inside_data';
}

/** Whether one of these names may be a misspelt `name`, or is `name` by another rule. */
function isAmong(names: readonly string[], name: string, isSame = isSimilar): boolean {
  const meant = lettersOf(name);
  return names.slice(0, maxNames).some((sent) => sent.length <= maxLength && isSame(lettersOf(sent), meant));
}

function isEqual(sent: string, meant: string): boolean {
  return sent === meant;
}

/** Whether it is the same but for case and separators, a slip of the keyboard, a letter in four, or a longer or shorter name. */
function isSimilar(sent: string, meant: string): boolean {
  const most = Math.floor(meant.length / 4);
  return (
    leven(sent, meant, { maxDistance: most + 1 }) <= most ||
    sorted(sent) === sorted(meant) ||
    (meant.length >= 5 && sent.includes(meant)) ||
    (sent.length >= 6 && meant.includes(sent))
  );
}

function lettersOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function sorted(letters: string): string {
  return Array.from(letters).sort().join('');
}
