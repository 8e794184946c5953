import { randomUUID } from 'node:crypto';
import {
  type IncomingMessage,
  type RequestListener,
  STATUS_CODES,
  type Server,
  type ServerResponse,
  createServer,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { Problem } from './problem.ts';

/** In milliseconds. */
const defaults = {
  headersTimeout: 10_000,
  // Longer than headers and body may take together: a handler that waits for a body is the one to answer.
  requestTimeout: 25_000,
  connectionsCheckingInterval: 1_000,
  // Longer than load balancers keep theirs, commonly 60 s: they must be the ones to close, or webhooks get lost.
  keepAliveTimeout: 75_000,
};

/** How long a caller whose request could not be read has to read the answer. */
const lingerMs = 1_000;

/** The last request that came in over a connection. */
type Exchange = Readonly<{ request: IncomingMessage; response: ServerResponse }>;

/** The server of the public port, with a limit on everything that comes in before a handler sees it. */
export function createWebhookServer(
  listener: RequestListener,
  maxConnections: number,
  times: Readonly<Partial<typeof defaults>> = {},
): Server {
  const limits = { ...defaults, ...times, maxHeaderSize: 16_384, requireHostHeader: false };
  const last = new WeakMap<Duplex, Exchange>();
  const listen: RequestListener = (request, response) => {
    last.set(request.socket, { request, response });
    if (isClear(request)) listener(request, response);
    else answer(response, unreadable());
  };
  const server = createServer(limits, listen);
  // Node's answer to an expectation it does not know, 417, is nothing that Klaviyo tries again.
  server.on('checkExpectation', listen);
  server.maxConnections = maxConnections;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const before = last.get(socket);
    if (!socket.writable || error.code === 'ECONNRESET') socket.destroy();
    else if (isOurTurn(before)) refuse(socket, problemOf(error.code));
    else if (before?.request.complete === true) endAfter(before.response);
    else socket.destroy();
  });
  return server;
}

/**
 * Whether a proxy in front must have read the request as Node has: RFC 9112 has one Host in HTTP/1.1 (3.2), and no
 * chunks in HTTP/1.0 (6.1). Node's own refusal of a missing Host has no body, and the rest it takes.
 */
function isClear({ httpVersion, headersDistinct }: IncomingMessage): boolean {
  const { host = [], 'transfer-encoding': codings = [] } = headersDistinct;
  if (httpVersion === '1.1') return host.length === 1;
  return httpVersion === '1.0' && host.length <= 1 && codings.length === 0;
}

/** Whether an answer written to the connection now would be taken for the one to what could not be read. */
function isOurTurn(last: Exchange | undefined): boolean {
  if (last === undefined) return true;
  const { request, response } = last;
  if (request.complete) return response.writableFinished;
  return !response.headersSent && response.socket !== null;
}

/** Ends a connection with this answer, which is still under way, as are those before it; nothing after it can be read. */
function endAfter(response: ServerResponse): void {
  response.shouldKeepAlive = false;
}

/** Answers a request in its turn among those of its connection, and ends that. */
function answer(response: ServerResponse, problem: Problem): void {
  const { headers, body } = written(problem);
  response.writeHead(problem.status, headers).end(body);
}

/** Answers what is not a readable HTTP request: Node's own 408 and 431 are nothing that Klaviyo tries again. */
function refuse(socket: Duplex, problem: Problem): void {
  const { headers, body } = written(problem);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`, ...lines];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  // No time-out of the server holds for what its parser has given up.
  setTimeout(() => socket.destroy(), lingerMs).unref();
}

/** A problem as the app would answer it, with a connection that ends. */
function written(problem: Problem): Readonly<{ headers: Record<string, string>; body: string }> {
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
  return { headers, body };
}

function unreadable(): Problem {
  return new Problem('invalid_payload', { detail: 'Send a well-formed HTTP request.' });
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
      return unreadable();
  }
}
