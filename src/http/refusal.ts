import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { notWhole } from './body/body.ts';
import { Problem, notReady } from '../lib/problem.ts';

/** How long a caller whose request could not be read has to read the answer. */
const lingerMs = 1_000;

/** An answer that no handler gives. */
export type RefusedRequest = Readonly<{
  problem: Problem;
  requestId: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}>;

/** Answers a request in its turn among those of its connection, and ends that. */
export function answerInTurn(response: ServerResponse, { problem, headers, body }: RefusedRequest): void {
  response.writeHead(problem.status, headers).end(body);
}

/** Answers what is not a readable HTTP request: Node's own 408 and 431 are nothing that Klaviyo tries again. */
export function refuse(socket: Duplex, { problem, headers, body }: RefusedRequest): void {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`, ...lines];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  // No time-out of the server holds for what its parser has given up.
  setTimeout(() => socket.destroy(), lingerMs).unref();
}

/** A problem as the app would answer it, with a connection that ends. */
export function refusedRequestOf(problem: Problem): RefusedRequest {
  const requestId = randomUUID();
  const body = JSON.stringify(problem.body(requestId));
  const headers = {
    'Content-Type': 'application/problem+json',
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    'X-Request-Id': requestId,
    ...(problem.retryAfter !== undefined && { 'Retry-After': String(problem.retryAfter) }),
    Connection: 'close',
  };
  return { problem, requestId, headers, body };
}

/** What is no request of HTTP, or may be read as two. */
export function unreadable(cause?: unknown): Problem {
  return new Problem('invalid_payload', { detail: 'Send a well-formed HTTP request.', cause });
}

/** What an error of Node's parser means. */
export function problemOf(error: NodeJS.ErrnoException): Problem {
  switch (error.code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return notReady('the webhook did not arrive in time', { cause: error });
    case 'HPE_HEADER_OVERFLOW':
      return new Problem('payload_too_large', {
        detail: 'Make the headers smaller: 16 KiB are the most.',
        cause: error,
      });
    // The other side will send no more.
    case 'HPE_INVALID_EOF_STATE':
      return notWhole(error);
    default:
      return unreadable(error);
  }
}
