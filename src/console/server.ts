import { randomUUID } from 'node:crypto';
import {
  type RequestListener,
  STATUS_CODES,
  type Server,
  type ServerResponse,
  createServer,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { ConsoleProblem } from './consoleproblem.ts';

/** In milliseconds. */
const defaults = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  // Of silence on a connection: longer than a replay of many deliveries takes.
  timeout: 60_000,
  // Node checks every 30 s for what is over time, unless this says otherwise.
  connectionsCheckingInterval: 1_000,
};

/** Open sockets. People and scripts have few, and webhooks must not lack the memory that strangers' sockets take. */
const maxConnections = 500;

/** The server of the console's port, with a limit on everything that comes in before the app sees it. */
export function createConsoleServer(
  listener: RequestListener,
  times: Readonly<Partial<typeof defaults>> = {},
): Server {
  const { timeout, ...limits } = { ...defaults, ...times, maxHeaderSize: 16_384 };
  const last = new WeakMap<Duplex, ServerResponse>();
  const server = createServer(limits, (request, response) => {
    last.set(request.socket, response);
    listener(request, response);
  });
  server.timeout = timeout;
  server.maxConnections = maxConnections;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const isOurTurn = last.get(socket)?.headersSent !== true || last.get(socket)?.writableFinished === true;
    if (isOurTurn && socket.writable && error.code !== 'ECONNRESET') socket.end(unreadableRequest());
    else socket.destroy();
  });
  return server;
}

/** The answer to what is no request by RFC 9112, or took too long to become one. */
function unreadableRequest(): string {
  const problem = new ConsoleProblem('invalid_request', { detail: 'Send a request that can be read.' });
  const requestId = randomUUID();
  const body = JSON.stringify(problem.body(requestId));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    'Cache-Control: no-store',
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
