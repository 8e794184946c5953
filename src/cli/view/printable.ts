/**
 * What a terminal would obey and not show: control characters, and marks that turn the direction of a text. Some of what
 * commands print was typed by strangers.
 */
const unprintable = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Signs that take two columns. */
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;

/** A text that a terminal shows as one line and obeys in nothing. */
export function printable(text: string): string {
  return text.replaceAll(unprintable, '\ufffd');
}

/** A text of several lines likewise. */
export function printableLines(text: string): string {
  return text.split(/\r?\n/).map(printable).join('\n');
}

/** A document as JSON that a terminal obeys in nothing. */
export function jsonText(document: unknown): string {
  return JSON.stringify(document, null, 2).replaceAll(unprintable, (sign) =>
    sign === '\n' ? sign : `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function signsOf(text: string): string[] {
  return [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
}

function signWidth(sign: string): number {
  return wide.test(sign) ? 2 : 1;
}

/** How many columns a text takes. */
export function textWidth(text: string): number {
  // Most texts are plain, and need no segmenter.
  return /^[ -~]*$/.test(text) ? text.length : signsOf(text).reduce((sum, sign) => sum + signWidth(sign), 0);
}

/** A text in so many columns at most: what is longer is cut, with an ellipsis in the last one. */
export function cutTo(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let left = width - 1;
  const kept = signsOf(text).map((sign) => ((left -= signWidth(sign)) >= 0 ? sign : ''));
  return width < 1 ? '' : `${kept.slice(0, kept.indexOf('')).join('')}…`;
}

/** A text in exactly so many columns. */
export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}
