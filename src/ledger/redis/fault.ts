/** Where a server is said to be, and how it is spoken to. */
type Place = Readonly<{ where: string; tls: boolean }>;

const host = 'correct the host in LEDGER_URL';
const slow =
  'it does not answer in time; let this Pod reach it (network policies, firewalls), or correct LEDGER_URL';
const authority = 'the CA of its certificate is unknown; set NODE_EXTRA_CA_CERTS to a file with that CA';
const expired = 'its certificate is out of date; renew it on the server';
const login = 'it refuses the login; correct user and password in LEDGER_URL';

/** By code of Node's errors, for every server that is reached over TCP. */
const byCode: Readonly<Record<string, string>> = {
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
};

/** By the first word of a Redis server's own errors; `SELECT` for any that refuses the database. */
const byWord: Readonly<Record<string, string>> = {
  WRONGPASS: login,
  NOAUTH: 'it wants a login; put user and password into LEDGER_URL',
  NOPERM: 'its user lacks rights; give it those in docs/exactly-once.md, or name another in LEDGER_URL',
  ERR: 'it refuses a command; see its version, its limit of clients and the login in LEDGER_URL',
  SELECT: 'it refuses the database; correct the number at the end of LEDGER_URL, or let its user run SELECT',
  READONLY: 'it is a replica, which takes no writes; point LEDGER_URL to its primary',
  MASTERDOWN: 'it is a replica that has lost its primary; point LEDGER_URL to the primary',
  OOM: 'it is out of memory; raise its maxmemory',
  MISCONF: 'it cannot save to its disk and takes no writes; its own log says why',
  LOADING: 'it still loads its data; wait until it has',
  CLUSTERDOWN: 'its cluster is down; see CLUSTER INFO',
};

/**
 * Why a server cannot be used, in words for an operator: what, where, and which setting to change. Made of codes
 * alone, since the messages of libraries and servers may hold what was sent.
 */
export function describeFault(code: string | undefined, { where, tls }: Place): string {
  const words = byWord[code ?? ''] ?? byCode[code ?? ''] ?? unnamed(code, tls);
  // A server without TLS takes the greeting for the beginning of a command, and waits for its end.
  const more = tls && code === 'ETIMEDOUT' ? '; use redis:// if it has no TLS' : '';
  return `the ledger at ${where} cannot be used: ${words}${more}`;
}

/** When one side alone speaks TLS the connection ends in many ways, of which few have a code of their own. */
function unnamed(code: string | undefined, tls: boolean): string {
  const isCut = code === undefined || /^(ECONNRESET|EPIPE|EPROTO|ERR_SSL.*)$/.test(code);
  if (!isCut) return `it fails with ${code}; check LEDGER_URL`;
  return tls
    ? 'it ends the connection; use redis:// in LEDGER_URL if it has no TLS'
    : 'it ends the connection; use rediss:// in LEDGER_URL if it wants TLS';
}
