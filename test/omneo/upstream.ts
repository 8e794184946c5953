import { once } from 'node:events';
import { type IncomingHttpHeaders, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';

/** One request as the upstream received it. */
export type Received = Readonly<{
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}>;

/** Answers the request, the `count`-th from 1. */
export type Script = (response: ServerResponse, request: Received, count: number) => void;

export type Upstream = Readonly<{
  url: string;
  requests: readonly Received[];
  /** How many connections were opened to it. */
  connections: () => number;
  /** How many are open now. */
  open: () => number;
  /** Resolves as soon as none is open. */
  closed: () => Promise<void>;
  close: () => Promise<void>;
}>;

/** A server that answers as a test scripts it, for what the sandbox Omneo never does. */
export async function startUpstream(script: Script): Promise<Upstream> {
  const requests: Received[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = '', url: path = '', headers } = request;
      const received = { method, path, headers, body };
      requests.push(received);
      script(response, received, requests.length);
    });
  });
  server.keepAliveTimeout = 0;
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    connections: () => connections,
    open: () => sockets.size,
    closed: async () => {
      await Promise.all([...sockets].map((socket) => once(socket, 'close')));
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * As from behind a NAT that forgets connections as soon as they are idle: each brings one answer and breaks at the next
 * request. `idle` makes so many calls at once, which leave as many connections behind.
 */
export function forgetfulNat(body: unknown = { data: [] }): {
  script: Script;
  idle: (count: number, call: () => Promise<unknown>) => Promise<void>;
} {
  const known = new WeakSet<object>();
  let wanted = 1;
  let waiting: ServerResponse[] = [];
  const script: Script = (response) => {
    const { socket } = response;
    if (socket === null || known.has(socket)) {
      socket?.resetAndDestroy();
      return;
    }
    known.add(socket);
    waiting.push(response);
    if (waiting.length < wanted) return;
    for (const each of waiting) answer(each, 200, body, { 'keep-alive': 'timeout=600' });
    waiting = [];
    wanted = 1;
  };
  const idle = async (count: number, call: () => Promise<unknown>): Promise<void> => {
    wanted = count;
    await Promise.all(Array.from({ length: count }, call));
  };
  return { script, idle };
}

/** For a suite: starts upstreams, which are closed after each test, and gives their URLs. */
export function scriptedUpstreams(): (script: Script) => Promise<string> {
  const started: Upstream[] = [];
  afterEach(() => Promise.all(started.splice(0).map((upstream) => upstream.close())));
  return async (script) => {
    const upstream = await startUpstream(script);
    started.push(upstream);
    return upstream.url;
  };
}

/** Answers in JSON. */
export function answer(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
