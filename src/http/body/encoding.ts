/** How a body is compressed. */
export type Coding = 'identity' | 'gzip' | 'deflate';

/** Charsets whose texts are UTF-8 too. */
const charsets: readonly string[] = ['utf-8', 'utf8', 'us-ascii', 'ascii'];

/** What people put where the name of a compression belongs, and mean none. */
const harmless: ReadonlySet<string> = new Set(['', 'identity', 'none', ...charsets]);

const codings: Readonly<Record<string, Coding>> = { gzip: 'gzip', 'x-gzip': 'gzip', deflate: 'deflate' };

/**
 * How a body with this `Content-Encoding` is compressed; null if it cannot be inflated here. Names of codings are
 * case-insensitive, and `x-gzip` is gzip (RFC 9110, 8.4.1).
 */
export function readCoding(header: string): Coding | null {
  const [name, ...more] = header
    .split(',')
    .map(nameOf)
    .filter((name) => !harmless.has(name));
  if (name === undefined) return 'identity';
  return more.length === 0 && Object.hasOwn(codings, name) ? (codings[name] ?? null) : null;
}

/** Whether a text in this charset, an empty name if none is declared, can be read as UTF-8. */
export function isUnicode(charset: string): boolean {
  const name = nameOf(charset);
  return name === '' || charsets.includes(name);
}

function nameOf(text: string): string {
  return text
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2')
    .toLowerCase();
}
