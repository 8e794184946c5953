import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';
import type { PostgresConnection, Tls } from './address.ts';

/** A file that LEDGER_URL names and that cannot be read; `code` is the parameter that names it. */
export class UnreadableFile extends Error {
  override name = 'UnreadableFile';
  readonly code: string;

  constructor(parameter: string, cause: unknown) {
    super('see its code', { cause });
    this.code = parameter;
  }
}

/**
 * The options of TLS, with what the files hold now; false without TLS.
 *
 * @throws UnreadableFile
 */
export function readTls({ mode, caFile, certFile, keyFile }: Tls): ConnectionOptions | false {
  if (mode === 'disable') return false;
  return {
    ...(caFile !== undefined && { ca: readPart('sslrootcert', caFile) }),
    ...(certFile !== undefined && { cert: readPart('sslcert', certFile) }),
    ...(keyFile !== undefined && { key: readPart('sslkey', keyFile) }),
    ...(mode === 'require' && { rejectUnauthorized: false }),
    ...(mode === 'verify-ca' && { checkServerIdentity: () => undefined }),
  };
}

function readPart(parameter: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UnreadableFile(parameter, error);
  }
}

/** The server asks for a password and there is none for this user. */
export class MissingPassword extends Error {
  override name = 'MissingPassword';
  readonly code = 'PASSWORD_MISSING';
}

/**
 * The password of the URL, or the one that its passfile holds now.
 *
 * @throws UnreadableFile, MissingPassword
 */
export async function readPassword(connection: PostgresConnection): Promise<string> {
  const { password, passFile } = connection;
  const found = password ?? (passFile && findPassword(await readPassFile(passFile), connection));
  if (!found) throw new MissingPassword('see its code');
  return found;
}

async function readPassFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UnreadableFile('passfile', error);
  }
}

/** The password of the first line that fits, by libpq's rules: `host:port:database:user:password`, `*`, `\:`, `\\`. */
export function findPassword(
  text: string,
  { host, port, database, user }: Pick<PostgresConnection, 'host' | 'port' | 'database' | 'user'>,
): string | undefined {
  const wanted = [host, String(port), database, user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = line.match(/(?:\\.|[^:\\])*(?::|$)/g)?.map((field) => field.replace(/:$/, '')) ?? [];
    const fits = wanted.every((value, n) => fields[n] === '*' || unescape(fields[n] ?? '') === value);
    // A colon in the password need not be escaped.
    if (fits && fields[4] !== undefined) return unescape(line.slice(fields.slice(0, 4).join(':').length + 1));
  }
  return undefined;
}

function unescape(field: string): string {
  return field.replace(/\\(.)/g, '$1');
}
