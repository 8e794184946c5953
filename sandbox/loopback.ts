import type { Server } from 'node:http';

/** Where everything of the sandbox listens. */
export const host = '127.0.0.1';

/** Binds the port; the promise fails with Node's error if that cannot be done. */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // A thousand callers at once are no fault: the system drops what is beyond Node's 511 until it is accepted.
    server.listen({ port, host, backlog: 4096 }, () => {
      const address = server.address();
      resolve(typeof address === 'object' ? (address?.port ?? port) : port);
    });
  });
}

/** Stops at once, cutting connections that hang. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
