import leven from 'leven';
import { fault } from './payloadrules.ts';
import type { FieldError } from '../../lib/problem.ts';
import type { hints } from './template.ts';

/** The names of what was sent, beside `data` and inside of it. */
export type Sent = Readonly<{ beside: readonly string[]; inside: readonly string[] }>;

const known: readonly string[] = [
  ...['id', 'person_id', 'email', 'data'],
  ...['reward_definition_id', 'amount', 'meta', 'timezone', 'issued_at', 'expires_at'],
];

/** More names than a webhook has are not looked at, nor longer ones. */
const maxNames = 100;
const maxLength = 40;

/**
 * Says of a field that is missing whether one of a similar name was sent, or one in another place. The right name is
 * in `field`; the one that was sent is not repeated, since names are part of the payload too, and a template may put
 * a customer's data into them.
 */
export function sayMore(error: FieldError, sent: Sent): FieldError {
  const fields =
    error.code === 'nobody' ? ['person_id', 'email'] : error.code === 'missing' ? [error.field] : [];
  for (const field of fields) {
    const hint = hintFor(field, sent);
    if (hint !== null) return fault(field, 'missing', hint);
  }
  return error;
}

function hintFor(field: string, { beside, inside }: Sent): keyof typeof hints | null {
  const name = field.replace(/^data\./, '');
  const isInside = name !== field;
  const [here, elsewhere] = isInside ? [inside, beside] : [beside, inside];
  if (here.includes(name)) return null;
  if (isAmong(here, name)) return 'misspelt';
  if (name === 'data') return ['reward_definition_id', 'amount'].some(isIn(beside)) ? 'flattened' : null;
  if (!isIn(elsewhere)(name)) return null;
  return isInside ? 'outside_data' : 'inside_data';
}

const isIn = (names: readonly string[]) => (name: string) => names.includes(name) || isAmong(names, name);

/** Whether one of these names may be a misspelt `name`. */
function isAmong(names: readonly string[], name: string): boolean {
  const meant = lettersOf(name);
  return names
    .slice(0, maxNames)
    .some((sent) => sent.length <= maxLength && !known.includes(sent) && isSimilar(lettersOf(sent), meant));
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
