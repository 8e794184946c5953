import { isIP } from 'node:net';
import { StartupError } from '../../lib/startup.ts';

/** A `LEDGER_URL` that cannot be understood; the message never holds any of it. */
export class InvalidLedgerURL extends StartupError {
  override name = 'InvalidLedgerURL';
}

export type Host = Readonly<{ host: string; port: number }>;
type Login = Readonly<{ username?: string; password?: string }>;

/** What is needed to connect; holds passwords, so it is taken out of LedgerAddress only to connect. */
export type Connection = Readonly<{
  kind: 'single' | 'sentinel' | 'cluster';
  hosts: readonly Host[];
  tls: boolean;
  login: Login;
  db: number;
  /** Of Sentinel: the name of the master, and how to log in to the sentinels. */
  master: string;
  sentinelLogin: Login;
}>;

const forms =
  'memory:, sqlite:<path>, postgres://user[:password]@host[:port]/database, redis[s]://[user:password@]host[:port][/db], ' +
  'redis[s]+sentinel://[user:password@]host[:port],…/master[/db][?sentinel_username=…&sentinel_password=…] ' +
  'or redis[s]+cluster://[user:password@]host[:port],…, with user and password percent-encoded';

const url =
  /^redis(?<tls>s?)(?:\+(?<kind>sentinel|cluster))?:\/\/(?:(?<login>[^@/?#]*)@)?(?<hosts>[^@/?#]+)(?<path>(?:\/[^?#@]*)?)(?:\?(?<query>[^#]*))?$/;

/** Where a Redis or Valkey is, and how to log in to it. Shows no password, however it is written out. */
export class LedgerAddress {
  readonly #connection: Connection;

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** @throws InvalidLedgerURL, with a sentence that says which forms there are. */
  static parse(text: string): LedgerAddress {
    const parts = url.exec(text)?.groups;
    if (parts === undefined) throw new InvalidLedgerURL(`must be ${forms}`);
    const kind = parts['kind'] === 'sentinel' || parts['kind'] === 'cluster' ? parts['kind'] : 'single';
    const defaultPort = kind === 'sentinel' ? 26379 : 6379;
    const hosts = (parts['hosts'] ?? '').split(',').map((host) => parseHost(host, defaultPort));
    if (kind === 'single' && hosts.length > 1)
      throw new InvalidLedgerURL('must name one host, or be of another form');
    const path = (parts['path'] ?? '').split('/').slice(1);
    return new LedgerAddress({
      kind,
      hosts,
      tls: parts['tls'] === 's',
      login: parseLogin(parts['login']),
      master: kind === 'sentinel' ? parseMaster(path.shift()) : '',
      db: parseDb(kind, path),
      sentinelLogin: parseQuery(kind, parts['query']),
    });
  }

  /** For whoever connects. */
  reveal(): Connection {
    return this.#connection;
  }

  /** The hosts alone: for logs. */
  toString(): string {
    return this.#connection.hosts.map(({ host, port }) => `${host}:${port}`).join(',');
  }

  toJSON(): string {
    return this.toString();
  }
}

function parseHost(text: string, defaultPort: number): Host {
  const { name, port } = /^(?<name>[\w.-]+|\[[\da-f:.]+\])(?::(?<port>\w*))?$/i.exec(text)?.groups ?? {};
  const host = name?.replace(/^\[|\]$/g, '');
  if (host === undefined || (name !== host && isIP(host) !== 6)) {
    throw new InvalidLedgerURL('has a host that is neither a name nor an IP address');
  }
  const number = /^\d{1,5}$/.test(port ?? '') ? Number(port) : port === undefined ? defaultPort : 0;
  if (number < 1 || number > 65535) {
    throw new InvalidLedgerURL('must have a port from 1 to 65535 after the colon, or no colon');
  }
  return { host, port: number };
}

function parseLogin(text = ''): Login {
  const colon = text.indexOf(':');
  const username = decode(colon === -1 ? text : text.slice(0, colon));
  const password = colon === -1 ? '' : decode(text.slice(colon + 1));
  return { ...(username !== '' && { username }), ...(password !== '' && { password }) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError)
      throw new InvalidLedgerURL('has a user, password or master that is not percent-encoded');
    throw error;
  }
}

function parseMaster(name = ''): string {
  if (name === '') throw new InvalidLedgerURL('must name the master that the sentinels watch, as its path');
  return decode(name);
}

function parseDb(kind: Connection['kind'], path: readonly string[]): number {
  const [db = '', ...rest] = path;
  if (rest.length > 0 || !/^\d{0,5}$/.test(db) || (kind === 'cluster' && db !== '')) {
    throw new InvalidLedgerURL(
      kind === 'cluster' ? 'must have no path' : 'must have a number as its database',
    );
  }
  return Number(db);
}

function parseQuery(kind: Connection['kind'], text = ''): Login {
  const query = new URLSearchParams(text);
  const username = query.get('sentinel_username');
  const password = query.get('sentinel_password');
  const known = [username, password].filter((value) => value !== null).length;
  if (query.size > known || (kind !== 'sentinel' && known > 0)) {
    throw new InvalidLedgerURL('has a query with a name that is not known');
  }
  return { ...(username !== null && { username }), ...(password !== null && { password }) };
}
