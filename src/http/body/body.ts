import { createUnzip } from 'node:zlib';
import type { Context } from 'koa';
import { bodyParser } from 'koa-bodyparser';
import { parseExact } from '../../lib/exactjson.ts';
import { explain } from './jsonfault.ts';
import { Problem, notReady } from '../../lib/problem.ts';

/** Longest body, in bytes after inflating. */
const maxBodyBytes = 65_536;

// Read as text: the parser's own JSON keeps the place of a mistake to itself, and holds keys for an attack.
const read = bodyParser({
  enableTypes: ['text'],
  extendTypes: { text: ['application/json'] },
  textLimit: String(maxBodyBytes),
});

/** A JSON body, parsed and as it came. */
export type Body = Readonly<{ json: unknown; raw: string }>;

/**
 * Reads the JSON body of a request. `onRead` is called with it as it came, before it is parsed.
 *
 * @throws Problem `unsupported_media_type`, `payload_too_large`, `not_ready` when it did not arrive whole, or
 * `invalid_json` with line and column, and nothing of the content.
 */
export async function readBody(ctx: Context, onRead: (raw: string) => void = () => undefined): Promise<Body> {
  const raw = await readText(ctx, codingOf(ctx));
  onRead(raw);
  return { json: parseJson(raw), raw };
}

/** What a text says in JSON, whatever blanks or byte order marks are around it. Throws Problem `invalid_json`. */
export function parseJson(text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === '') throw new Problem('invalid_json', { detail: 'Send a JSON body: it is empty.' });
  try {
    return parseExact(trimmed);
  } catch (error) {
    const detail = `Fix the JSON body ${explain(text) ?? 'of the webhook.'}`;
    throw new Problem('invalid_json', { detail, cause: error });
  }
}

function codingOf(ctx: Context): Coding {
  const [type = ''] = ctx.get('content-type').split(';');
  if (type.trim().toLowerCase() !== 'application/json') throw new Problem('unsupported_media_type');
  const coding = readCoding(ctx.get('content-encoding'));
  if (coding === null || !isUnicode(ctx.request.charset)) throw notReadable();
  return coding;
}

/** How a body is compressed. */
type Coding = 'identity' | 'gzip' | 'deflate';

/** Charsets whose texts are UTF-8 too. */
const charsets: readonly string[] = ['utf-8', 'utf8', 'us-ascii', 'ascii'];

/** What people put where the name of a compression belongs, and mean none. */
const harmless: ReadonlySet<string> = new Set(['', 'identity', 'none', ...charsets]);

const codings: Readonly<Record<string, Coding>> = { gzip: 'gzip', 'x-gzip': 'gzip', deflate: 'deflate' };

/**
 * How a body with this `Content-Encoding` is compressed; null if it cannot be inflated here. Names of codings are
 * case-insensitive, and `x-gzip` is gzip (RFC 9110, 8.4.1).
 */
function readCoding(header: string): Coding | null {
  if (header === '') return 'identity';
  const [name, ...more] = header
    .split(',')
    .map(nameOf)
    .filter((name) => !harmless.has(name));
  if (name === undefined) return 'identity';
  return more.length === 0 && Object.hasOwn(codings, name) ? (codings[name] ?? null) : null;
}

/** Whether a text in this charset, an empty name if none is declared, can be read as UTF-8. */
function isUnicode(charset: string): boolean {
  const name = nameOf(charset);
  return name === '' || charsets.includes(name);
}

function nameOf(text: string): string {
  return text
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2')
    .toLowerCase();
}

async function readText(ctx: Context, coding: Coding): Promise<string> {
  const plain = inflated(ctx, coding);
  try {
    await unlessCutOff(
      ctx,
      read(plain, () => Promise.resolve()),
    );
  } catch (error) {
    throw translate(error);
  } finally {
    // What is still to come is thrown away while the answer is under way: a caller that is cut off while it sends
    // may never read that answer. The server's time-outs bound it.
    ctx.req.unpipe();
    ctx.req.resume();
    if (plain !== ctx) plain.req.destroy();
  }
  // The parser reads nothing when the caller was gone before it began.
  const text: unknown = ctx.request.rawBody;
  if (typeof text !== 'string') throw notWhole();
  return text;
}

/**
 * What the parser reads instead of a compressed request. It could inflate one itself, but stops listening to its
 * stream once that is too long, and an error after that would end the process.
 */
function inflated(ctx: Context, coding: Coding): Context {
  // The parser would look for codings in the header by spellings of its own.
  ctx.req.headers['content-encoding'] = 'identity';
  if (coding === 'identity' || ctx.req.closed) return ctx;
  const req = Object.assign(ctx.req.pipe(createUnzip()), { headers: {} });
  req.on('error', () => undefined);
  return Object.assign(Object.create(ctx) as Context, { req });
}

/** Emitted at a request, with a Problem, when the rest of its body cannot be read. */
export const brokenOff = Symbol('brokenOff');

/** Waits for a reading, or rejects when the body breaks off before its end, which a stream that inflates it does not report. */
function unlessCutOff({ req }: Context, reading: Promise<unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    req.once(brokenOff, reject);
    req.once('close', () => {
      if (!req.complete) reject(notWhole());
    });
    void reading.then(resolve, reject);
  });
}

/** Types of the parser's errors and codes of the streams' that mean a body without its end; the last is zlib's. */
const incomplete = new Set<unknown>(['request.aborted', 'request.size.invalid', 'ECONNRESET', 'Z_BUF_ERROR']);

/** What the parser and the streams under it throw. Only their status, type and code are read: messages hold content. */
function translate(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { status, type, code } = error as { status?: unknown; type?: unknown; code?: unknown };
  if (status === 413) return new Problem('payload_too_large', { cause: error });
  if (status === 415) return notReadable();
  if (incomplete.has(type) || incomplete.has(code)) return notWhole(error);
  if (typeof code === 'string' && code.startsWith('Z_')) {
    return new Problem('invalid_json', {
      detail: 'Send a sound compressed body, or none: it could not be inflated.',
      cause: error,
    });
  }
  return new Problem('internal', { cause: error });
}

function notReadable(): Problem {
  return new Problem('unsupported_media_type', {
    detail: 'Send UTF-8, plain or compressed by gzip or deflate.',
  });
}

/** The network's doing, or the caller's haste: never the template's. */
export function notWhole(cause?: unknown): Problem {
  return notReady('the webhook did not arrive whole', { cause });
}
