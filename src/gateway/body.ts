import type { Context } from 'koa';
import { bodyParser } from 'koa-bodyparser';
import { Problem } from './problem.ts';

/** Longest body, in bytes after inflating. */
const maxBodyBytes = 65_536;

const parse = bodyParser({ enableTypes: ['json'], jsonLimit: String(maxBodyBytes), jsonStrict: false });

/** A JSON body, parsed and as it came. */
export type Body = Readonly<{ json: unknown; raw: string }>;

/**
 * Reads the JSON body of a request.
 *
 * @throws Problem `unsupported_media_type`, `payload_too_large`, or `invalid_json` with line and column, and
 * nothing of the content.
 */
export async function readBody(ctx: Context): Promise<Body> {
  if (ctx.request.is('application/json') !== 'application/json') throw new Problem('unsupported_media_type');
  try {
    await parse(ctx, () => Promise.resolve());
  } catch (error) {
    throw translate(error);
  }
  const { rawBody } = ctx.request;
  if (typeof rawBody !== 'string' || rawBody === '')
    throw new Problem('invalid_json', { detail: 'Send a JSON body: it is empty.' });
  return { json: ctx.request.body, raw: rawBody };
}

/** What the parser and the streams under it throw. Only their status, type and code are read: messages hold content. */
function translate(error: unknown): Problem {
  const { status, type, code } = error as { status?: unknown; type?: unknown; code?: unknown };
  if (status === 413) return new Problem('payload_too_large', { cause: error });
  if (status === 415 || type === 'encoding.unsupported') {
    return new Problem('unsupported_media_type', {
      detail: 'Send UTF-8, plain or compressed by gzip or deflate.',
      cause: error,
    });
  }
  if (error instanceof SyntaxError)
    return new Problem('invalid_json', { detail: jsonDetail(error), cause: error });
  if (type === 'request.aborted' || type === 'request.size.invalid' || code === 'ECONNRESET') {
    return new Problem('invalid_json', { detail: 'Send the whole body: it ended early.', cause: error });
  }
  if (typeof code === 'string' && code.startsWith('Z_')) {
    return new Problem('invalid_json', {
      detail: 'Send a sound compressed body, or none: it could not be inflated.',
      cause: error,
    });
  }
  return new Problem('internal', { cause: error });
}

function jsonDetail({ message }: SyntaxError): string {
  // V8 tells the place in brackets at the end, after a piece of the content that must not be repeated.
  const place = /\(line (\d+) column (\d+)\)$/.exec(message);
  const where = place === null ? '' : ` at line ${place[1] ?? ''}, column ${place[2] ?? ''}`;
  return `Fix the JSON body${where}: often a tag without quotes has rendered to nothing, as in "amount": ,`;
}
