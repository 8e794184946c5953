import { UnreadableFile } from './credentials.ts';

const slow =
  'it does not answer in time; let this Pod reach it (network policies, firewalls), or correct LEDGER_URL';
const authority =
  'the CA of its certificate is unknown; set sslrootcert in LEDGER_URL, or NODE_EXTRA_CA_CERTS, to a file with that CA';
const expired = 'its certificate is out of date; renew it on the server';
const host = 'correct the host in LEDGER_URL';
const login = 'it refuses the login; correct user and password in LEDGER_URL, or in its passfile';
const missing =
  'the tables are not there or are other ones; look at the schema omneo_gateway of its database';
const stopping = 'it shuts down or starts; wait until it takes connections';
const readOnly =
  'it takes no writes: it is a standby, or read-only by default; point LEDGER_URL to the primary, or set default_transaction_read_only to off';
const room = 'has no room left; free some, or raise its limits';

/** By code of Node's errors. */
const byNode: Readonly<Record<string, string>> = {
  ENOTFOUND: `DNS does not know its name; ${host}`,
  EAI_AGAIN: `DNS does not answer for its name; check the DNS of this Pod, or ${host}`,
  ECONNREFUSED: 'nothing listens there; start it, or correct host and port in LEDGER_URL',
  EHOSTUNREACH: `no route leads to it; ${host}`,
  ENETUNREACH: `no route leads to it; ${host}`,
  ETIMEDOUT: slow,
  DEPTH_ZERO_SELF_SIGNED_CERT: authority,
  SELF_SIGNED_CERT_IN_CHAIN: authority,
  UNABLE_TO_GET_ISSUER_CERT: authority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: authority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: authority,
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name; use a name of it in LEDGER_URL',
  CERT_HAS_EXPIRED: expired,
  CERT_NOT_YET_VALID: expired,
  TLS_WANTED:
    'it admits no such login from here without TLS; set sslmode=verify-full in LEDGER_URL, correct its user and database, or change the pg_hba.conf of the server',
  TLS_MISSING: 'it offers no TLS; turn it on there, or set sslmode=disable in LEDGER_URL',
  PASSWORD_MISSING: 'it wants a password; put one into LEDGER_URL, or name a passfile with one for this user',
  CONNECTION_CUT: 'it ends the connection; its own log says why',
};

/** By SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const byState: Readonly<Record<string, string>> = {
  '08P01': 'it does not take this login or protocol; see its log, and user and database in LEDGER_URL',
  '25006': readOnly,
  '28000':
    'it admits no such login from here; correct user and database in LEDGER_URL, give sslcert and sslkey if it wants a certificate, or change the pg_hba.conf of the server',
  '28P01': login,
  '3D000': 'it has no such database; create it, or correct the name at the end of LEDGER_URL',
  '3F000': missing,
  '42501':
    'its user lacks rights; give it those in docs/operating.md ("The Postgres ledger"), or name another in LEDGER_URL',
  '42703': missing,
  '42883': missing,
  '42P01': missing,
  '53100': `its disk ${room}`,
  '53200': `its memory ${room}`,
  '53300':
    'it has no connection left; raise its max_connections, or put PgBouncer in front of it: each replica takes up to 10',
  '55000': readOnly,
  '55P03': 'somebody holds a table that this release has to change; end that session, such as a backup',
  '57P01': stopping,
  '57P02': stopping,
  '57P03': stopping,
};

/** What went wrong by name and code alone: messages of a client and a server may hold what was sent. */
export class PostgresFault extends Error {
  override readonly name: string;
  readonly code: string | undefined;
  readonly isFile: boolean;

  constructor(error: unknown) {
    super('see its name and code');
    this.name = error instanceof Error ? error.name : typeof error;
    this.code = codeOf(error);
    this.isFile = error instanceof UnreadableFile;
  }

  /** The connection ended, and nobody knows what became of a statement that was under way. */
  get isCut(): boolean {
    return ['CONNECTION_CUT', 'ECONNRESET', 'EPIPE', '57P01', '57P02'].includes(this.code ?? '');
  }
}

/** Why a server cannot be used, in words for an operator: what, where, and which setting to change. */
export function describeTrouble({ code, isFile }: PostgresFault, where: string): string {
  return `the ledger at ${where} cannot be used: ${wordsOf(code ?? '', isFile)}`;
}

function wordsOf(code: string, isFile: boolean): string {
  if (isFile) return `the file that ${code} names in LEDGER_URL cannot be read`;
  if (/^(ECONNRESET|EPIPE|EPROTO|ERR_(SSL|OSSL).*)$/.test(code)) return byNode['CONNECTION_CUT'] ?? '';
  return byState[code] ?? byNode[code] ?? `it fails with ${code || 'an unknown error'}; see its own log`;
}

/** Some of the client's errors have no code but a message of their own. */
const byMessage: readonly (readonly [RegExp, string])[] = [
  [/no pg_hba\.conf entry .*no encryption|SSL required/, 'TLS_WANTED'],
  [/does not support SSL connections/, 'TLS_MISSING'],
  [/time(d )?out|timeout exceeded/i, 'ETIMEDOUT'],
  [/Connection terminated|Client has encountered a connection error/, 'CONNECTION_CUT'],
];

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const known = byMessage.find(([message]) => message.test(error.message))?.[1];
  return known ?? ('code' in error && typeof error.code === 'string' ? error.code : undefined);
}
