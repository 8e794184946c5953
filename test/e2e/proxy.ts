/** A TCP proxy to put between two parts, whose faults are switched at run time. TLS passes through it. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { Flow } from './flow.ts';
import { onFreePort } from './ports.ts';

export type Target = { readonly host: string; readonly port: number };

export type Proxy = {
  /** Where it listens on 127.0.0.1. */
  readonly port: number;
  readonly connections: { readonly open: number; readonly total: number };
  /** Forwards everything at full speed: the state it starts in. */
  pass(): Promise<void>;
  /** Destroys all connections and refuses new ones. */
  cut(): Promise<void>;
  /** Resets the connections there are (RST) and goes on as before with new ones. */
  reset(): void;
  /** Accepts, and forwards nothing. */
  stall(): Promise<void>;
  /** Forwards nothing from the client to the target. */
  stallUp(): Promise<void>;
  /** Forwards nothing from the target to the client. */
  stallDown(): Promise<void>;
  /** Forwards so many bytes per second, connection and direction. */
  slow(bytesPerSecond: number): Promise<void>;
  close(): Promise<void>;
};

/** Starts a proxy on a free port of the loopback interface. */
export async function startProxy({ target }: { target: Target }): Promise<Proxy> {
  return onFreePort(async (port) => {
    const proxy = new TcpProxy(port, target);
    await proxy.pass();
    return proxy;
  });
}

class TcpProxy implements Proxy {
  readonly port: number;
  readonly #target: Target;
  readonly #up = new Flow();
  readonly #down = new Flow();
  readonly #sockets = new Set<Socket>();
  readonly #connections = { open: 0, total: 0 };
  #server: Server | undefined;

  constructor(port: number, target: Target) {
    this.port = port;
    this.#target = target;
  }

  get connections(): { readonly open: number; readonly total: number } {
    return { ...this.#connections };
  }

  async pass(): Promise<void> {
    await this.#forward(Infinity, Infinity);
  }

  async stall(): Promise<void> {
    await this.#forward(0, 0);
  }

  async stallUp(): Promise<void> {
    await this.#forward(0, Infinity);
  }

  async stallDown(): Promise<void> {
    await this.#forward(Infinity, 0);
  }

  async slow(bytesPerSecond: number): Promise<void> {
    await this.#forward(bytesPerSecond, bytesPerSecond);
  }

  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = server && once(server, 'close');
    server?.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    await this.cut();
    // Lets go of connections that were held back.
    this.#up.limit(Infinity);
    this.#down.limit(Infinity);
  }

  async #forward(up: number, down: number): Promise<void> {
    this.#up.limit(up);
    this.#down.limit(down);
    if (this.#server) return;
    const server = createServer(
      { allowHalfOpen: true, noDelay: true },
      (client) => void this.#connect(client),
    );
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.#server = server;
  }

  async #connect(client: Socket): Promise<void> {
    const target = connect({ ...this.#target, allowHalfOpen: true, noDelay: true });
    this.#track(client, target);
    this.#track(target, client);
    this.#connections.open++;
    this.#connections.total++;
    try {
      await Promise.all([
        pipeline(client, (bytes) => this.#up.valve(bytes), target),
        pipeline(target, (bytes) => this.#down.valve(bytes), client),
      ]);
    } catch {
      // A broken connection is what this proxy is for; both its ends are destroyed by now.
    } finally {
      this.#connections.open--;
    }
  }

  #track(socket: Socket, other: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // What broke one side has to be felt as a break on the other one, where the pipeline would end it cleanly.
    socket.on('error', () => other.resetAndDestroy());
  }
}
