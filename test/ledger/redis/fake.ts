/** As much of a Redis server as it takes to answer the ledger wrongly: it runs no scripts, it says what it is told to. */
import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { scripts } from '../../../src/ledger/redis/scripts.ts';

/** What is sent for a command, in Redis' own protocol; null: nothing any more on this connection; 'cut': the connection ends. */
export type Reply = string | null;

export const texts = (...items: string[]): Reply =>
  `*${items.length}\r\n${items.map((item) => `$${Buffer.byteLength(item)}\r\n${item}\r\n`).join('')}`;
export const fault = (message: string): Reply => `-${message}\r\n`;

const text = (item: string): Reply => `$${Buffer.byteLength(item)}\r\n${item}\r\n`;
const nameOf = (script: string | undefined): string =>
  Object.entries(scripts).find(([, { sha, lua }]) => script === sha || script === lua)?.[0] ?? 'unknown';

export type Asked = Readonly<{ command: string; script: string; args: readonly string[] }>;

export class FakeRedis {
  /** Every script that was asked for, by whichever command, but for the one that a connection begins with. */
  readonly asked: Asked[] = [];
  info = 'redis_version:7.0.15\r\nmaxmemory_policy:noeviction\r\nrole:master\r\nloading:0\r\n';
  /** What the next scripts get, one each; then `usually`. */
  readonly next: Reply[] = [];
  usually: Reply = texts('epoch-1', '150000', 'won', 'order-1');
  epoch = 'epoch-1';
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #frozen = new WeakSet<Socket>();

  constructor() {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.#sockets.delete(socket));
      let received = '';
      socket.on('data', (data) => {
        received += data.toString('latin1');
        for (let command = take(received); command !== null; command = take(received)) {
          received = command.rest;
          if (!this.#frozen.has(socket)) this.#answer(socket, command.words);
        }
      });
    });
  }

  async listen(port = 0): Promise<number> {
    await once(this.#server.listen(port, '127.0.0.1'), 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.cut();
    await closed;
  }

  /** Ends all connections; new ones are taken. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #answer(socket: Socket, [name = '', ...args]: readonly string[]): void {
    const command = name.toLowerCase();
    if (command === 'hello') socket.write('%0\r\n');
    else if (command === 'info') socket.write(text(this.info) ?? '');
    else if (!command.startsWith('eval')) socket.write('+OK\r\n');
    else if (nameOf(args[0]) === 'check') socket.write(texts('1') ?? '');
    else if (nameOf(args[0]) === 'attend') socket.write(texts(this.epoch, '150000') ?? '');
    else {
      this.asked.push({ command, script: nameOf(args[0]), args: args.slice(2) });
      const reply = this.next.length > 0 ? this.next.shift() : this.usually;
      if (reply === 'cut') socket.destroy();
      else if (typeof reply === 'string') socket.write(reply);
      else this.#frozen.add(socket);
    }
  }
}

/** The first whole command of what was received: a list of texts. */
function take(received: string): { words: string[]; rest: string } | null {
  const head = /^\*(\d+)\r\n/.exec(received);
  if (head === null) return null;
  let rest = received.slice(head[0].length);
  const words: string[] = [];
  for (let left = Number(head[1]); left > 0; left--) {
    const length = /^\$(\d+)\r\n/.exec(rest);
    if (length === null) return null;
    const end = length[0].length + Number(length[1]);
    if (rest.length < end + 2) return null;
    words.push(rest.slice(length[0].length, end));
    rest = rest.slice(end + 2);
  }
  return { words, rest };
}
