/** Free ports on the loopback interface. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A port that nobody listens on, and that no process of the tests is given as well while this one lives.
 *
 * It lies below the range from which the kernel takes the ports of outgoing connections: a server that is stopped
 * and started again on its port must not find it taken by a client, and a client that tries a refused port again
 * and again must not be connected to itself.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if ((await claim(port)) && (await isFree(port))) return port;
  }
  throw new Error('no free port found between 20000 and 32000');
}

/** Starts something on a free port; another one if somebody else took that port in between. */
export async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (attempt === 5 || !/address already in use|EADDRINUSE/i.test(String(error))) throw error;
    }
  }
}

/**
 * Holds the port's namesake of UDP, which nothing here uses, until this process ends: between its choice and its use a
 * port is free for all to see, and another process would choose it too.
 */
async function claim(port: number): Promise<boolean> {
  const socket = createSocket('udp4').unref();
  try {
    socket.bind({ port, address: '127.0.0.1', exclusive: true });
    await once(socket, 'listening');
    return true;
  } catch {
    socket.close();
    return false;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false; // Taken, or not ours to take: either way the next one is tried.
  } finally {
    server.close();
  }
}
