/** Sends a request on to the real API server and its answer back. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiRequest } from './request.ts';
import { linesOf, sendPieces, type Pieces } from './watch.ts';

export type Upstream = { readonly url: string; readonly ca: string };

export type Exchange = {
  readonly request: ApiRequest;
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
};

/** How an answer goes on to the client: as it comes, in pieces with pauses, or its first half and then nothing. */
export type Manner = 'forward' | 'slow' | 'truncate';

/** Forwards one request; each line of a watch goes through the hook. The client leaving ends the request upstream. */
export async function forward(
  upstream: Upstream,
  exchange: Exchange,
  manner: Manner,
  onLine: (line: string) => Pieces | Promise<Pieces>,
): Promise<void> {
  const { request, response } = exchange;
  const answer = await ask(upstream, exchange);
  response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
  if (request.verb !== 'watch' || !/json/.test(answer.headers['content-type'] ?? '')) {
    if (manner === 'truncate') await sendHalf(answer, response);
    else if (manner === 'slow') await pipeline(answer, slowly, response);
    else await pipeline(answer, response);
    return;
  }
  response.flushHeaders();
  for await (const line of linesOf(answer)) sendPieces(response, await onLine(line));
  response.end();
}

/** So that even a short answer takes a second. */
async function* slowly(answer: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of answer) {
    const size = Math.ceil(chunk.length / 10);
    for (let at = 0; at < chunk.length; at += size) {
      await sleep(100);
      yield chunk.subarray(at, at + size);
    }
  }
}

/** Resolves when the half is with the client's kernel; the caller cuts the connection. */
async function sendHalf(answer: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(answer);
  await new Promise<void>((resolve, reject) => {
    response.write(body.subarray(0, body.length / 2), (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
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
