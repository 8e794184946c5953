/** The process of the canned Omneo. A base URL below `/wait-20` is answered after 20 ms, one below `/hang` never. */
import { type Socket, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Framing, type Message } from '../harness/framing.ts';
import { CannedOmneo } from './canned.ts';

const omneo = new CannedOmneo();
const counts: Record<string, number> = {};

const server = createServer({ noDelay: true }, (socket) => {
  const framing = new Framing((message) => {
    serve(socket, message);
  });
  socket.on('data', (chunk) => {
    framing.push(chunk);
  });
  // Clients that are stopped break their connections; that is no news here.
  socket.on('error', () => socket.destroy());
});

function serve(socket: Socket, { head, body }: Message): void {
  const line = head.slice(0, head.indexOf('\r\n'));
  if (line.includes(' /counts ')) {
    socket.write(framed(200, JSON.stringify(counts)));
    return;
  }
  if (line.includes(' /cpu ')) {
    socket.write(framed(200, JSON.stringify(process.cpuUsage())));
    return;
  }
  if (line.includes(' /hang')) return;
  const canned = omneo.answer(line, body);
  if (canned === undefined) {
    socket.write(framed(404, '{"message":"Not Found"}'));
    return;
  }
  counts[canned.operation] = (counts[canned.operation] ?? 0) + 1;
  const answer = framed(canned.status, canned.body);
  const [, wait] = / \/wait-(\d+)/.exec(line) ?? [];
  if (wait === undefined) socket.write(answer);
  else setTimeout(() => socket.write(answer), Number(wait));
}

/** With the headers that Laravel sends. */
function framed(status: number, body: string): string {
  return `HTTP/1.1 ${status} OK\r\nServer: nginx\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: keep-alive\r\nCache-Control: no-cache, private\r\nDate: Mon, 23 Nov 2026 09:00:00 GMT\r\n\r\n${body}`;
}

server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.once('disconnect', () => process.exit(0));
