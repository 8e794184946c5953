import { LedgerUnavailable } from '../ledger.ts';
import type { ResultRow } from './database.ts';

/** A server on which the ledger's promise cannot be kept; the message is for the operator. */
export class UnusablePostgres extends LedgerUnavailable {
  override name = 'UnusablePostgres';
}

const oldest = 130_000;

/**
 * Judges a server by its settings, for one connection: some of them belong to the user or the database.
 *
 * @throws UnusablePostgres when a commit would not last there, or the statements would not mean what they should.
 */
export function judgePostgres(settings: ResultRow, where: string): void {
  const trouble = troubleOf(settings);
  if (trouble !== undefined) throw new UnusablePostgres(`the ledger at ${where} cannot be used: ${trouble}`);
}

function troubleOf({
  version,
  fsync,
  synchronous_commit: commit,
  isolation,
  ...other
}: ResultRow): string | undefined {
  if (typeof version !== 'number' || version < oldest)
    return 'it is too old; PostgreSQL 13 or newer is needed';
  if (fsync !== 'on') return 'its setting fsync is off, so a crash loses what was issued; set fsync to on';
  // `local` and above wait for the server's own disk.
  if (commit === 'off')
    return 'its setting synchronous_commit is off, so a crash loses what was issued; set synchronous_commit to on for this user';
  if (isolation !== 'read committed')
    return 'its setting default_transaction_isolation is not read committed; set it to that for this user';
  if (other['standby'] === true)
    return 'it is a standby, which takes no writes; point LEDGER_URL to the primary';
  if (other['read_only'] !== 'off')
    return 'its setting default_transaction_read_only is on; set it to off for this user';
  return undefined;
}
