import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { evidence } from './evidence.ts';
import { secretOf } from './gateway.ts';

/** A connection on which a test writes what no HTTP client would. */
export type RawSocket = Readonly<{
  socket: Socket;
  write: (text: string | Uint8Array) => void;
  /** What came back so far. */
  received: () => string;
  /** Resolves to all that came back, once the other side has ended or cut the connection. */
  ended: Promise<string>;
}>;

/** Opens a connection to the host and port of `url`. */
export async function openSocket(
  url: string,
  options: Readonly<{ allowHalfOpen?: boolean }> = {},
): Promise<RawSocket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), ...options });
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  const ended = new Promise<string>((resolve) => {
    const done = (): void => {
      evidence.push(text);
      resolve(text);
    };
    socket.once('end', done).once('close', done).once('error', done);
  });
  await once(socket, 'connect');
  return { socket, write: (chunk) => void socket.write(chunk), received: () => text, ended };
}

/** The head of a webhook request, up to and with the empty line. */
export function headOf(slug: string, headers: Readonly<Record<string, string | number>> = {}): string {
  const all = {
    Host: 'gateway',
    'Content-Type': 'application/json',
    'x-omneo-secret': secretOf(slug),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `POST /${slug}/api/v1/webhooks/klaviyo/rewards HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}

/** A whole webhook request. */
export function requestOf(
  slug: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): string {
  const text = JSON.stringify(body);
  return headOf(slug, { ...headers, 'Content-Length': Buffer.byteLength(text) }) + text;
}

/** Status, headers in lower case and body of the first answer in what a socket received. */
export function readAnswer(text: string): Readonly<{
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Record<string, unknown>;
}> {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.split(':')[0]!.toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const body = rest.join('\r\n\r\n');
  return {
    status: Number(first.split(' ')[1]),
    headers,
    body: body.startsWith('{') ? (JSON.parse(body) as Record<string, unknown>) : {},
  };
}
