/** Sends a request on to the real API server and its answer back. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import type { ApiRequest } from './request.ts';
import { linesOf, sendPieces, type Pieces } from './watch.ts';

export type Upstream = { readonly url: string; readonly ca: string };

export type Exchange = {
  readonly request: ApiRequest;
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
};

/** Forwards one request; each line of a watch goes through the hook. The client leaving ends the request upstream. */
export async function forward(
  upstream: Upstream,
  exchange: Exchange,
  onLine: (line: string) => Pieces | Promise<Pieces>,
): Promise<void> {
  const { request, response } = exchange;
  const answer = await ask(upstream, exchange);
  response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
  if (request.verb !== 'watch' || !/json/.test(answer.headers['content-type'] ?? '')) {
    await pipeline(answer, response);
    return;
  }
  response.flushHeaders();
  for await (const line of linesOf(answer)) sendPieces(response, await onLine(line));
  response.end();
}

function ask(upstream: Upstream, { incoming, response }: Exchange): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // A connection each: a kept one might have died with an API server that was restarted meanwhile.
    const asked = httpsRequest(new URL(incoming.url ?? '/', upstream.url), {
      method: incoming.method,
      headers: { ...endToEnd(incoming.headers), host: new URL(upstream.url).host },
      ca: upstream.ca,
      agent: false,
    });
    asked.on('response', resolve).on('error', reject);
    response.on('close', () => asked.destroy());
    incoming.pipe(asked);
  });
}

// These belong to one connection. Bodies stay as they are, so their length and encoding do too.
const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding']);

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name)));
}
