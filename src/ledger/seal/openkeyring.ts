import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { PostgresAddress } from '../postgres/address.ts';
import { SqliteAddress } from '../sqlite/address.ts';
import { KeyFile } from './keyfile.ts';
import { Keyring } from './keyring.ts';
import { makeKeyFile } from './makekeyfile.ts';

type KeyringOptions = Readonly<{
  /** Of the ledger. */
  address: 'memory:' | SqliteAddress | PostgresAddress;
  /** What LEDGER_KEY_FILE says. */
  keyFile: string | undefined;
  clock: Pick<Clock, 'monotonic'>;
  log: Pick<Log, 'info' | 'warn'>;
}>;

/**
 * The keys of the ledger, from the file that `LEDGER_KEY_FILE` names. SQLite does without one: it gets a file beside the
 * database, made once. For PostgreSQL it has to be given, since all replicas need the same keys. Undefined if there are
 * none, so that no webhook can be stored.
 *
 * @throws StartupError, with a sentence that names LEDGER_KEY_FILE and what to change, and no key.
 */
export async function openKeyring(options: KeyringOptions): Promise<Keyring | undefined> {
  const { address, keyFile, clock, log } = options;
  if (address === 'memory:') return undefined;
  const path = keyFile ?? (address instanceof SqliteAddress ? await fileBeside(address, log) : undefined);
  return path === undefined ? undefined : new Keyring(new KeyFile({ path, clock, log }).keys);
}

async function fileBeside({ path }: SqliteAddress, log: Pick<Log, 'info'>): Promise<string> {
  const file = `${path}.key`;
  if (await makeKeyFile(file)) log.info({ file }, 'made a key that seals webhooks; back it up');
  return file;
}

type SessionKeyringOptions = Readonly<{
  /** What SESSION_KEY_FILE says. */
  keyFile: string | undefined;
  /** Of the ledger. */
  ledger: Keyring;
  clock: Pick<Clock, 'monotonic'>;
  log: Pick<Log, 'info' | 'warn'>;
}>;

/**
 * The keys of the console's sessions: from the file that `SESSION_KEY_FILE` names, else derived from those of the ledger,
 * so that every replica opens what another sealed.
 *
 * @throws StartupError, with a sentence that names SESSION_KEY_FILE and what to change, and no key.
 */
export function openSessionKeyring({ keyFile: path, ledger, clock, log }: SessionKeyringOptions): Keyring {
  if (path === undefined) return ledger.forSessions();
  return new Keyring(new KeyFile({ path, variable: 'SESSION_KEY_FILE', clock, log }).keys).forSessions();
}
