import { once } from 'node:events';
import { type IncomingHttpHeaders, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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
  server.on('connection', () => {
    connections += 1;
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    connections: () => connections,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
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
