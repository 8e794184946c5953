/** A place in a text, both counted from 1. */
export type Place = Readonly<{ line: number; column: number }>;

type Bracket = '[' | '{';
export type Token = Bracket | ']' | '}' | ',' | ':' | 'string' | 'scalar';
/** What may come next. */
export type State = 'value' | 'firstValue' | 'key' | 'firstKey' | 'colon' | 'inList' | 'inObject' | 'end';

/** Where a text ceases to be JSON, what should have come there, and the token before it. */
export type Break = Readonly<{
  at: number;
  state: State;
  before: Readonly<{ token: Token; from: number; to: number }> | null;
}>;

const space = /[ \t\n\r]*/y;
const inText = String.raw`(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*`;
const token = new RegExp(
  [
    `(?<string>"${inText}")`,
    String.raw`(?<scalar>(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-]))`,
    String.raw`[[\]{},:]`,
  ].join('|'),
  'y',
);

const value = { '[': 'firstValue', '{': 'firstKey', string: 'done', scalar: 'done' } as const;
/** `done` stands for "after a value", which means another thing in a list, in an object and outside both. */
const transitions: Readonly<Record<State, Readonly<Partial<Record<Token, State | 'done'>>>>> = {
  value,
  firstValue: { ...value, ']': 'done' },
  key: { string: 'colon' },
  firstKey: { string: 'colon', '}': 'done' },
  colon: { ':': 'value' },
  inList: { ',': 'value', ']': 'done' },
  inObject: { ',': 'key', '}': 'done' },
  end: {},
};

/**
 * The first token at which a text ceases to be JSON; null when it is JSON to its end. For texts that JSON.parse
 * refuses: V8 names the place in some of its messages, but not in the one for `"amount": ,`. jsonc-parser 3.3 finds
 * another place in numbers such as `01` and `25.00USD`, and has no stack left for 64 KiB of brackets.
 */
export function breakIn(text: string): Break | null {
  const open: Bracket[] = [];
  let state: State = 'value';
  let before: Break['before'] = null;
  for (
    let at = skipSpace(text, 0);
    at < text.length || state !== 'end';
    at = skipSpace(text, token.lastIndex)
  ) {
    const read = readToken(text, at);
    const next: State | 'done' | undefined = read && transitions[state][read];
    if (read === undefined || next === undefined) return Object.freeze({ at, state, before });
    if (read === '[' || read === '{') open.push(read);
    else if (read === ']' || read === '}') open.pop();
    state = next === 'done' ? afterValue(open.at(-1)) : next;
    before = { token: read, from: at, to: token.lastIndex };
  }
  return null;
}

/** The place of an index in a text. */
export function placeOf(text: string, at: number): Place {
  const before = text.slice(0, at).split('\n');
  return Object.freeze({ line: before.length, column: (before.at(-1) ?? '').length + 1 });
}

function afterValue(inside: Bracket | undefined): State {
  if (inside === undefined) return 'end';
  return inside === '[' ? 'inList' : 'inObject';
}

/** A text from its first quote on, up to where it ends or breaks: the character there, or nothing. */
export function endOfText(text: string): string {
  const [sound = ''] = new RegExp(`^"${inText}`).exec(text) ?? [];
  return text.charAt(sound.length);
}

function skipSpace(text: string, at: number): number {
  space.lastIndex = at;
  space.test(text);
  return space.lastIndex;
}

/** Reads one token and leaves its end in `token.lastIndex`. */
function readToken(text: string, at: number): Token | undefined {
  token.lastIndex = at;
  const match = token.exec(text);
  if (match === null) return undefined;
  if (match.groups?.['string'] !== undefined) return 'string';
  return match.groups?.['scalar'] === undefined ? (match[0] as Token) : 'scalar';
}
