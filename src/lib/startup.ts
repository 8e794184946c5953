import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The gateway cannot start. The message is one sentence for the operator: what is wrong, and what to change. */
export class StartupError extends Error {
  override name = 'StartupError';
}

/**
 * Listens on a port; 0 takes a free one.
 *
 * @returns the port
 * @throws StartupError, which names the variable that sets the port, if it cannot be listened on
 */
export async function listen(server: Server, port: number, variable: string): Promise<number> {
  server.listen(port);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new StartupError(
      `${variable}: port ${port} cannot be listened on; set ${variable} to another, or to 0 for a free one.`,
      { cause: error },
    );
  }
  return (server.address() as AddressInfo).port;
}
