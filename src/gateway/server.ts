import { randomUUID } from 'node:crypto';
import { type RequestListener, STATUS_CODES, type Server, createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { Problem } from './problem.ts';

/** The server of the public port, with a limit on everything that comes in before a handler sees it. */
export function createWebhookServer(listener: RequestListener, maxConnections: number): Server {
  const limits = {
    headersTimeout: 10_000,
    requestTimeout: 15_000,
    connectionsCheckingInterval: 1_000,
    // Longer than load balancers keep theirs, commonly 60 s: they must be the ones to close, or webhooks get lost.
    keepAliveTimeout: 75_000,
    maxHeaderSize: 16_384,
  };
  const server = createServer(limits, listener);
  server.maxConnections = maxConnections;
  server.on('clientError', refuse);
  return server;
}

/** Answers what is not a readable HTTP request: Node's own 408 and 431 are nothing that Klaviyo tries again. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const problem = problemOf(error.code);
  const body = JSON.stringify(problem.body(randomUUID()));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(problem.retryAfter === undefined ? [] : [`Retry-After: ${problem.retryAfter}`]),
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function problemOf(code: string | undefined): Problem {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Problem('not_ready', {
        detail: 'Nothing to fix: the webhook did not arrive in time; Klaviyo sends it again.',
      });
    case 'HPE_HEADER_OVERFLOW':
      return new Problem('payload_too_large', { detail: 'Make the headers smaller: 16 KiB are the most.' });
    default:
      return new Problem('invalid_payload', { detail: 'Send a well-formed HTTP request.' });
  }
}
