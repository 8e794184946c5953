import { isIP } from 'node:net';
import { StartupError } from '../../lib/startup.ts';

const modes = ['disable', 'require', 'verify-ca', 'verify-full'] as const;

/** How a server is spoken to by TLS, as in libpq; the files are read again for every new connection. */
export type Tls = Readonly<{
  mode: (typeof modes)[number];
  caFile?: string;
  certFile?: string;
  keyFile?: string;
}>;

/** What is needed to connect; holds a password, so it is taken out of PostgresAddress only to connect. */
export type PostgresConnection = Readonly<{
  host: string;
  port: number;
  user: string;
  password?: string;
  /** In the format of `.pgpass`. */
  passFile?: string;
  database: string;
  tls: Tls;
}>;

const form =
  'postgres://user[:password]@host[:port]/database[?sslmode=…&sslrootcert=…&sslcert=…&sslkey=…&passfile=…], ' +
  'with user and password percent-encoded';

/** Names of parameters by libpq, so that what works with psql works here. */
const parameters = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'passfile'];

/** Where a PostgreSQL is, and how to log in to it. Shows no password, however it is written out. */
export class PostgresAddress {
  readonly #connection: PostgresConnection;

  private constructor(connection: PostgresConnection) {
    this.#connection = connection;
  }

  /** Whether a text is meant to be such an address. */
  static isMeantBy(text: string): boolean {
    return /^postgres(ql)?:/.test(text);
  }

  /** @throws StartupError that goes on after the variable's name, and holds none of the text. */
  static parse(text: string): PostgresAddress {
    const url = URL.parse(text);
    if (url === null || url.hash !== '' || url.username === '') throw new StartupError(`must be ${form}`);
    const { searchParams: query } = url;
    if ([...query.keys()].some((name) => !parameters.includes(name)))
      throw new StartupError(`must have no parameters but ${parameters.join(', ')}`);
    const host = parseHost(url.hostname);
    const [password, passFile] = [decode(url.password), query.get('passfile') ?? ''];
    return new PostgresAddress({
      host,
      port: parsePort(url.port),
      user: decode(url.username),
      ...(password !== '' && { password }),
      ...(passFile !== '' && { passFile }),
      database: parseDatabase(url.pathname),
      tls: parseTls(query, host),
    });
  }

  /** For the one that connects. */
  reveal(): PostgresConnection {
    return this.#connection;
  }

  /** The host alone: for logs. */
  toString(): string {
    const { host, port } = this.#connection;
    return `${host}:${port}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

function parseHost(text: string): string {
  const host = text.replace(/^\[|\]$/g, '');
  if (/^[\w.-]+$/.test(text) || (text !== host && isIP(host) === 6)) return host;
  throw new StartupError('must have one host, a name or an IP address');
}

function parsePort(text: string): number {
  const port = text === '' ? 5432 : Number(text);
  if (port === 0) throw new StartupError('must have a port from 1 to 65535');
  return port;
}

function parseDatabase(path: string): string {
  const database = decode(path.slice(1));
  if (database === '' || database.includes('/')) throw new StartupError('must have a database as its path');
  return database;
}

function parseTls(query: URLSearchParams, host: string): Tls {
  const mode = query.get('sslmode') ?? (isLoopback(host) ? 'disable' : 'verify-full');
  const known = modes.find((candidate) => candidate === mode);
  if (known === undefined) throw new StartupError(`must have an sslmode of ${modes.join(', ')}`);
  const [caFile, certFile, keyFile] = [query.get('sslrootcert'), query.get('sslcert'), query.get('sslkey')];
  if ((certFile === null) !== (keyFile === null))
    throw new StartupError('must have both sslcert and sslkey, or neither');
  return {
    // As libpq does: who names a CA wants it to be looked at.
    mode: known === 'require' && caFile !== null ? 'verify-ca' : known,
    ...(caFile !== null && { caFile }),
    ...(certFile !== null && { certFile }),
    ...(keyFile !== null && { keyFile }),
  };
}

/** Nobody listens between a program and its own machine. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError)
      throw new StartupError('has a user, password or database that is not percent-encoded');
    throw error;
  }
}
