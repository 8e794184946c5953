import { bodyParser } from 'koa-bodyparser';
import { ConsoleProblem } from '../../consoleproblem.ts';
import { requestFault, invalidRequest } from '../requests/requestfields.ts';
import type { ApiExchange, ApiStep } from '../apistate.ts';

/** Longest body, in bytes: a webhook of 64 KiB takes more as text inside of JSON. */
const maxBodyBytes = 131_072;

// Read as text, as webhooks are: the parser's own JSON has rules of its own about what a key may be.
const readText = bodyParser({
  enableTypes: ['text'],
  extendTypes: { text: ['application/json'] },
  textLimit: String(maxBodyBytes),
});

/** Reads the JSON body of a request. */
export const readApiBody: ApiStep = async function readApiBody(ctx, next) {
  expectJson(ctx);
  try {
    await readText(ctx, () => Promise.resolve());
  } catch (error) {
    throw bodyProblem(error);
  }
  ctx.state.body = parsed(ctx.request.rawBody);
  await next();
};

function expectJson(ctx: ApiExchange): void {
  const [type = ''] = ctx.get('content-type').split(';');
  if (type.trim().toLowerCase() !== 'application/json') throw new ConsoleProblem('unsupported_media_type');
  // What inflates a body would go on after it is too long.
  if (!['', 'identity'].includes(ctx.get('content-encoding').toLowerCase()))
    throw new ConsoleProblem('unsupported_media_type', { detail: 'Send the body as it is, not compressed.' });
}

/** What the parser throws. Only its status is read: messages hold content. */
function bodyProblem(error: unknown): ConsoleProblem {
  const { status } = error as { status?: unknown };
  if (status === 413) return new ConsoleProblem('payload_too_large', { cause: error });
  if (status === 415) return new ConsoleProblem('unsupported_media_type', { cause: error });
  return new ConsoleProblem('invalid_request', { detail: 'Send the body whole.', cause: error });
}

function parsed(text: unknown): unknown {
  if (typeof text !== 'string' || text.trim() === '') throw invalidRequest([requestFault('body', 'missing')]);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConsoleProblem('invalid_request', { detail: 'Send JSON: the body is none.', cause: error });
  }
}
