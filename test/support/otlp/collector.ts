import { once } from 'node:events';
import { type IncomingHttpHeaders, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { evidence } from '../evidence.ts';
import { type ReceivedSpan, spansOf } from './spans.ts';

/** A request as it came in. */
type Received = Readonly<{ path: string; headers: IncomingHttpHeaders; body: Buffer }>;

export type Collector = Readonly<{
  url: string;
  received: readonly Received[];
  /** Every span so far, in the order of their beginnings. */
  spans: () => readonly ReceivedSpan[];
  /** Answers with this status from now on. */
  answerWith: (status: number) => void;
  close: () => Promise<void>;
}>;

/** Takes traces by OTLP over HTTP with Protocol Buffers, as a collector does. */
export async function startCollector(): Promise<Collector> {
  const received: Received[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const { url: path = '', headers } = request;
      received.push({ path, headers, body });
      evidence.push(body.toString('latin1'));
      response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.freeze({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    spans: () => received.flatMap(({ body }) => spansOf(body)).sort(byStart),
    answerWith: (code: number) => {
      status = code;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  });
}

function byStart(one: ReceivedSpan, other: ReceivedSpan): number {
  return one.start < other.start ? -1 : Number(one.start > other.start);
}
