import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { listen } from '../lib/startup.ts';
import type { ConsoleAccess } from './access/consoleaccess.ts';
import type { ApiParts } from './api/apiparts.ts';
import { createConsoleApp } from './app.ts';
import { createConsoleServer } from './server.ts';

/** How long a request may take that is under way when the port is closed, in milliseconds. */
const lingerMs = 1_000;

type ConsoleParts = Readonly<{
  /** Undefined: it is not wanted. */
  port: number | undefined;
  /** Undefined: there is nobody who could be let in. */
  access: ConsoleAccess | undefined;
  /** Undefined: there are no deliveries to look at. */
  api: ApiParts | undefined;
  /** Where the built page lies; undefined: there is none. */
  pageFolder?: string | undefined;
  clock: Clock;
  log: Log;
}>;

/** The console's port: open where there are deliveries, and somebody who may look at them. */
export class ConsolePort {
  readonly #parts: ConsoleParts;
  #server: Server | undefined;

  constructor(parts: ConsoleParts) {
    this.#parts = parts;
  }

  /**
   * Listens, or says in the log why it does not.
   *
   * @returns the port; undefined: it stays closed
   * @throws StartupError if the port cannot be listened on
   */
  async open(): Promise<number | undefined> {
    const { port, access, api, pageFolder, log } = this.#parts;
    if (port === undefined || access === undefined || api === undefined) {
      log.info({ reason: closedReason(this.#parts) }, 'the console is closed');
      return undefined;
    }
    const handle = createConsoleApp({ access, api, pageFolder }).callback();
    this.#server = createConsoleServer((request, response) => void handle(request, response));
    return listen(this.#server, port, 'CONSOLE_PORT');
  }

  /** Takes no new connection, gives what is under way a second, and cuts the rest. */
  async close(): Promise<void> {
    const { access, clock } = this.#parts;
    if (this.#server?.listening === true) {
      const closed = once(this.#server, 'close');
      this.#server.close();
      await Promise.race([closed, clock.sleep(lingerMs)]);
    }
    this.#server?.closeAllConnections();
    await access?.close?.();
  }
}

function closedReason({ port, api }: ConsoleParts): string {
  if (port === undefined) return 'CONSOLE_PORT is off';
  if (api === undefined)
    return 'no webhooks are stored; LEDGER_URL and LEDGER_KEY_FILE say how they would be';
  return 'nobody could sign in; ADMIN_TOKEN_FILE would let its token in, and OIDC_ISSUER people';
}
