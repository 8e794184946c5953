import {
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  createServer,
} from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { brokenOff } from './body/body.ts';
import type { Problem } from '../lib/problem.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { answerInTurn, problemOf, refusedRequestOf, refuse, unreadable } from './refusal.ts';

/** In milliseconds. */
const defaults = {
  headersTimeout: 10_000,
  // Longer than headers and body may take together: a handler that waits for a body is the one to answer.
  requestTimeout: 25_000,
  connectionsCheckingInterval: 1_000,
  // Longer than load balancers keep theirs, commonly 60 s: they must be the ones to close, or webhooks get lost. The
  // setting KEEP_ALIVE_MS takes its place.
  keepAliveTimeout: 75_000,
};

/** The last request that came in over a connection. */
type Exchange = Readonly<{ request: IncomingMessage; response: ServerResponse }>;

type WebhookServerParts = Readonly<{
  listener: RequestListener;
  maxConnections: number;
  /** Records each request that is answered here, since no handler sees it, and each connection that is closed at once. */
  telemetry: Pick<Telemetry, 'webhookRefused' | 'connectionDropped'>;
}>;

/** The server of the public port, with a limit on everything that comes in before a handler sees it. */
export function createWebhookServer(
  { listener, maxConnections, telemetry }: WebhookServerParts,
  times: Readonly<Partial<typeof defaults>> = {},
): Server {
  const limits = { ...defaults, ...times, maxHeaderSize: 16_384, requireHostHeader: false };
  const last = new WeakMap<Duplex, Exchange>();
  const listen: RequestListener = (request, response) => {
    const { socket } = request;
    const exchange = { request, response };
    last.set(socket, exchange);
    response.once('close', () => {
      // A connection that waits for its next webhook keeps nothing of the last one.
      if (request.complete && last.get(socket) === exchange) last.delete(socket);
    });
    if (isClear(request)) {
      listener(request, response);
      return;
    }
    const refusal = refusedRequestOf(unreadable());
    telemetry.webhookRefused(refusal.problem, refusal.requestId);
    answerInTurn(response, refusal);
  };
  const server = Object.assign(createServer(limits, listen), {
    // A caller may close its side once its request is sent, and read on (RFC 9293, 3.6). Node has no documented
    // option for that: its server always lets sockets be half-open, and cuts them itself unless this is set.
    httpAllowHalfOpen: true,
  });
  // Node's answer to an expectation it does not know, 417, is nothing that Klaviyo tries again.
  server.on('checkExpectation', listen);
  server.maxConnections = maxConnections;
  server.on('drop', () => {
    telemetry.connectionDropped();
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const before = last.get(socket);
    if (!socket.writable || error.code === 'ECONNRESET') socket.destroy();
    else if (isOurTurn(before)) {
      const refusal = refusedRequestOf(problemOf(error));
      if (isLeftToReader(before, refusal.problem)) return;
      if (isNew(before, socket)) telemetry.webhookRefused(refusal.problem, refusal.requestId);
      refuse(socket, refusal);
    } else if (before?.request.complete === true) endAfter(before.response);
    else socket.destroy();
  });
  return server;
}

/**
 * Whether a proxy in front must have read the request as Node has: RFC 9112 has one Host in HTTP/1.1 (3.2), and no
 * chunks in HTTP/1.0 (6.1). Node's own refusal of a missing Host has no body, and the rest it takes.
 */
function isClear({ httpVersion, rawHeaders }: IncomingMessage): boolean {
  const hosts = linesOf(rawHeaders, 'host');
  if (httpVersion === '1.1') return hosts === 1;
  return httpVersion === '1.0' && hosts <= 1 && linesOf(rawHeaders, 'transfer-encoding') === 0;
}

/** How many lines a header has; Node's own list of the lines of each costs ten times as much. */
function linesOf(rawHeaders: readonly string[], name: string): number {
  let lines = 0;
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at]?.length === name.length && rawHeaders[at]?.toLowerCase() === name) lines += 1;
  return lines;
}

/** Whether an answer written to the connection now would be taken for the one to what could not be read. */
function isOurTurn(last: Exchange | undefined): boolean {
  if (last === undefined) return true;
  const { request, response } = last;
  if (request.complete) return response.writableFinished;
  return !response.headersSent && response.socket !== null;
}

/** Whether a handler reads the body that broke off: then it is the one to answerInTurn, and to count. */
function isLeftToReader(last: Exchange | undefined, problem: Problem): boolean {
  if (last?.request.complete !== false || !last.request.emit(brokenOff, problem)) return false;
  endAfter(last.response);
  return true;
}

/** Whether what could not be read is a request of its own: not the rest of one that a handler has, and not nothing. */
function isNew(last: Exchange | undefined, socket: Duplex): boolean {
  const isSilent = socket instanceof Socket && socket.bytesRead === 0;
  return !isSilent && last?.request.complete !== false;
}

/** Ends a connection with this answerInTurn, which is still under way, as are those before it; nothing after it can be read. */
function endAfter(response: ServerResponse): void {
  response.shouldKeepAlive = false;
}
