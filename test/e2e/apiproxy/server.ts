/** The server of the API proxy: counts, asks the hooks, and does what they say. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Certificate } from './certificate.ts';
import type { Answer } from './faults.ts';
import { forward, type Exchange, type Manner, type Upstream } from './forward.ts';
import { describeRequest, type ApiRequest } from './request.ts';
import type { Pieces } from './watch.ts';

export type Decision = Manner | 'hang' | 'reset' | Answer;

export type Hooks = {
  /** Decides what becomes of a request; without it, all are forwarded. */
  readonly onRequest?: (request: ApiRequest) => Decision | Promise<Decision>;
  /** Decides what the client gets for a line of a watch; without it, the line as it is. */
  readonly onWatchLine?: (line: string, request: ApiRequest) => Pieces | Promise<Pieces>;
};

export type ProxyParts = {
  readonly certificate: Certificate;
  readonly upstream: Upstream;
  readonly port: number;
};

export class ProxyServer {
  readonly requests: ApiRequest[] = [];
  /** Read anew for each request and line, so that a test may replace it at any time. */
  hooks: Hooks;
  readonly #parts: ProxyParts;
  readonly #server: Server;
  readonly #watches = new Set<Exchange>();
  readonly #failures: unknown[] = [];
  // By the client's port, since a TLS socket cannot reset the connection it runs on.
  readonly #connections = new Map<number | undefined, Socket>();

  constructor(parts: ProxyParts, hooks: Hooks) {
    this.#parts = parts;
    this.hooks = hooks;
    this.#server = createServer(parts.certificate, (incoming, response) => {
      const request = describeRequest(incoming.method ?? '', incoming.url ?? '/', incoming.headers);
      void this.#handle({ request, incoming, response });
    });
    this.#server.on('connection', (socket: Socket) => {
      const { remotePort } = socket;
      this.#connections.set(remotePort, socket);
      socket.on('close', () => this.#connections.delete(remotePort));
    });
  }

  async listen(): Promise<void> {
    this.#server.listen(this.#parts.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  watchesOf(resource: string): readonly Exchange[] {
    return [...this.#watches].filter(({ request }) => request.resource === resource);
  }

  /** Ends all connections; rejects if a hook failed, since its failure could not reach the test before. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#connections.values()) socket.destroy();
    await closed;
    if (this.#failures.length > 0) throw new AggregateError(this.#failures, 'a hook of the API proxy failed');
  }

  async #handle(exchange: Exchange): Promise<void> {
    const { request, response } = exchange;
    this.requests.push(request);
    const decision = await this.#ask(() => this.hooks.onRequest?.(request) ?? 'forward', 'reset');
    if (typeof decision === 'object') answer(response, decision);
    else if (decision === 'reset') this.#reset(response);
    else if (decision !== 'hang') await this.#forward(exchange, decision);
  }

  #reset({ socket }: ServerResponse): void {
    this.#connections.get(socket?.remotePort)?.resetAndDestroy();
  }

  async #forward(exchange: Exchange, manner: Manner): Promise<void> {
    const { request, response } = exchange;
    const onLine = (line: string): Promise<Pieces> =>
      this.#ask<Pieces>(() => (this.hooks.onWatchLine ? this.hooks.onWatchLine(line, request) : line), 'cut');
    if (request.verb === 'watch') this.#watches.add(exchange);
    try {
      await forward(this.#parts.upstream, exchange, manner, onLine);
      if (manner === 'truncate') this.#reset(response);
    } catch {
      // One of the two sides broke off, which is what it is here for; the other one is to see that.
      if (!response.writableFinished) response.destroy();
    } finally {
      this.#watches.delete(exchange);
    }
  }

  async #ask<T>(hook: () => T | Promise<T>, onFailure: T): Promise<T> {
    try {
      return await hook();
    } catch (error) {
      this.#failures.push(error);
      return onFailure;
    }
  }
}

function answer(response: ServerResponse, { status, headers, body = '' }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
