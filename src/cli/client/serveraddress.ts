import { CommandFailure } from '../exit.ts';
import type { Terminal } from '../terminal.ts';

/** Hosts that no network lies before, as `URL` writes them. */
const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * The address of the console: as given, or from `GATEWAY_CONSOLE_URL`, or the console of this machine. Ends with a slash.
 *
 * @throws CommandFailure if it is no address of a console, or would show the token to the network
 */
export function serverAddress(given: string | undefined, isInsecureFine: boolean, env: Terminal['env']): URL {
  const url = parsed(given ?? (env['GATEWAY_CONSOLE_URL'] || localAddress(env)));
  if (url.protocol === 'http:' && !loopback.test(url.hostname) && !isInsecureFine)
    throw new CommandFailure(
      'usage',
      'The server would be sent the token in clear: use https, or --insecure if that is fine.',
    );
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

/** The console beside this process, as in its Pod. A port that is chosen at the start cannot be known here. */
function localAddress({ CONSOLE_PORT: port = '' }: Terminal['env']): string {
  return `http://127.0.0.1:${/^[1-9]\d*$/.test(port) ? port : '8090'}`;
}

function parsed(text: string): URL {
  const url = URL.parse(text);
  const isAddress = url !== null && /^https?:$/.test(url.protocol);
  if (!isAddress || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new CommandFailure(
      'usage',
      'The server must be an address such as https://console.example.com, without a user, a query or a fragment.',
    );
  return url;
}
