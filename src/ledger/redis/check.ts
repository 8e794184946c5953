import { LedgerUnavailable } from '../ledger.ts';

/** A server on which the ledger's promise cannot be kept; the message is for the operator. */
export class UnusableServer extends LedgerUnavailable {
  override name = 'UnusableServer';
}

/**
 * Judges a server by what it says in `INFO`.
 *
 * @returns a sentence for each thing that an operator should change.
 * @throws UnusableServer when it is too old: the scripts need commands that follow others of random outcome, and
 * ACLs; 6.2 is the oldest that they are tested for.
 */
export function judgeServer(info: string): readonly string[] {
  const version = field(info, 'redis_version');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (!(major > 6 || (major === 6 && minor >= 2))) {
    throw new UnusableServer(
      `The ledger's server is too old: it is Redis ${version}, and at least Redis 6.2 or any Valkey is needed.`,
    );
  }
  const warnings: string[] = [];
  const policy = field(info, 'maxmemory_policy');
  if (policy !== 'noeviction' && policy !== '') {
    warnings.push(
      `The ledger's server has maxmemory-policy ${policy}: when memory runs short it forgets what was issued; set it to noeviction.`,
    );
  }
  return warnings;
}

function field(info: string, name: string): string {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
}
