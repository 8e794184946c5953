import { type Break, type State, breakIn, endOfText, placeOf } from './json.ts';

/** What is wrong with a text that is not JSON, for the marketer who typed its template; none holds anything that was sent. */
export const sentences = Object.freeze({
  cut_off: 'it ends before a quote or a bracket is closed.',
  empty_tag: 'a tag without quotes has rendered to nothing, as in "amount": , so put quotes around it.',
  unrendered: 'a tag was not rendered: check the spelling between {{ and }}, and put quotes around it.',
  inner_quote: 'a quote inside of a text ends that too early: send a text without quotes, such as an id.',
  line_break: 'a text holds a line break or a tab, or its last quote is missing: send it on one line.',
  backslash: 'a backslash is no part of an escape that JSON knows: remove it.',
  typographic_quotes: 'typographic quotes are no quotes in JSON: type straight ones (").',
  single_quotes: 'single quotes are no quotes in JSON: type double ones (").',
  python_word:
    'None, True and False are no words of JSON: put quotes around the tag, or type null, true or false.',
  number: 'a number is not spelt as JSON has it, such as 25 or 0.5: put quotes around its tag.',
  bare_word: 'a text or the name of a field has no quotes around it: put them there.',
  extra_comma: 'a comma is one too many: remove it.',
  missing_comma: 'a comma is missing between two fields or two values.',
  missing_colon: 'the name of a field has no colon and value after it.',
  bracket: 'another kind of bracket is closed than was opened.',
  trailing: 'something follows after the last bracket: remove it.',
  odd_space: 'a blank that JSON does not know is left from a document: type a plain one.',
  comment: 'JSON has no comments: remove it.',
  other: 'it is not JSON here.',
});

type JsonFault = keyof typeof sentences;

/** Where a text ceases to be JSON and why, in one sentence; null when it is JSON. Blanks around it do not count. */
export function explain(text: string): string | null {
  const json = text.trim();
  const found = breakIn(json);
  if (found === null) return null;
  const { line, column } = placeOf(text, text.indexOf(json) + found.at);
  return `at line ${line}, column ${column}: ${sentences[faultOf(json, found)]}`;
}

/** Names what breaks a text: a guess at what was meant, by what mostly goes wrong in templates. */
function faultOf(text: string, broken: Break): JsonFault {
  const rest = text.slice(broken.at);
  if (rest === '') return 'cut_off';
  // Blanks of JSON were skipped.
  if (/^[\s\u200b-\u200d\u2060]/.test(rest)) return 'odd_space';
  if (/^\/[/*]/.test(rest)) return 'comment';
  const earlier = endsTooEarly(text, rest, broken);
  if (earlier !== null) return earlier;
  if (broken.state === 'end') return 'trailing';
  // The first bracket of a tag is one of JSON's too.
  if (/\{[{%]/.test(text.slice(Math.max(0, broken.at - 1), broken.at + 2))) return 'unrendered';
  const byFirst = beginnings.find(([pattern]) => pattern.test(rest));
  if (byFirst !== undefined) return byFirst[1];
  if (/^[,\]}]/.test(rest)) return structural(rest, broken);
  return rest.startsWith('"') ? quoted(rest, broken.state) : byState(rest, broken.state);
}

/** What is plain from the first characters, wherever they are. */
const beginnings: readonly (readonly [RegExp, JsonFault])[] = [
  [/^[“”„‟«»‘’‚]/, 'typographic_quotes'],
  [/^['`]/, 'single_quotes'],
  [/^\\/, 'backslash'],
  [/^(?:None|True|False)\b/, 'python_word'],
];

/** A text that ended at a quote of its own, or began with one that is none, if what follows looks like the rest of it. */
function endsTooEarly(text: string, rest: string, { at, before }: Break): JsonFault | null {
  if (before?.token !== 'string' || /^[,:\]}]/.test(rest)) return null;
  const between = text.slice(before.to, at);
  if (between !== '' && (between.includes('\n') || /^["[{]/.test(rest))) return null;
  return /[“”„‟]/.test(text.slice(before.from, before.to)) ? 'typographic_quotes' : 'inner_quote';
}

/** A comma or a closing bracket where there can be none. */
function structural(rest: string, { state, before }: Break): JsonFault {
  if (state === 'colon') return 'missing_colon';
  if (before?.token === ':') return 'empty_tag';
  if (!rest.startsWith(',')) return before?.token === ',' ? 'extra_comma' : 'bracket';
  return state === 'value' || state === 'firstValue' ? 'empty_tag' : 'extra_comma';
}

/** A text where there can be none, or one that is broken itself. */
function quoted(rest: string, state: State): JsonFault {
  const next = endOfText(rest);
  if (next === '') return 'cut_off';
  if (next === '\\') return 'backslash';
  return next === '"' ? byState(rest, state) : 'line_break';
}

function byState(rest: string, state: State): JsonFault {
  switch (state) {
    case 'colon':
      return 'missing_colon';
    case 'inList':
    case 'inObject':
      return /^[\w"[{-]/.test(rest) ? 'missing_comma' : 'other';
    default:
      if (rest.startsWith(':')) return 'other';
      return /^[-+.\d]/.test(rest) ? 'number' : 'bare_word';
  }
}
