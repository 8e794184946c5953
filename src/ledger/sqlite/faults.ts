/** What went wrong with the database, in words for an operator: each names LEDGER_URL and what to change. */

/** SQLite's primary result codes. */
const busy = 5;
const readOnly = 8;
const ioError = 10;
const corrupt = 11;
const full = 13;
const cannotOpen = 14;
const notADatabase = 26;

const byCode: Readonly<Record<number, (path: string) => string>> = {
  [busy]: (path) => `another program holds the database ${path} of LEDGER_URL; end that program`,
  [readOnly]: (path) => notWritable(path),
  [ioError]: (path) =>
    `the disk of ${path}, which LEDGER_URL names, fails; see what the system says of the disk`,
  [corrupt]: (path) => damaged(path),
  [full]: (path) => `the disk of ${path}, which LEDGER_URL names, is full; make room on it`,
  [cannotOpen]: (path) => notWritable(path),
  [notADatabase]: (path) =>
    `LEDGER_URL names ${path}, which is no SQLite database; change the path, or move that file away`,
};

const byErrno: Readonly<Record<string, (path: string) => string>> = {
  EACCES: (path) => notWritable(path),
  EPERM: (path) => notWritable(path),
  EROFS: (path) => notWritable(path),
  ENOSPC: (path) => `the disk of ${path}, which LEDGER_URL names, is full; make room on it`,
  EDQUOT: (path) => `the disk of ${path}, which LEDGER_URL names, is full; make room on it`,
};

/** The database cannot be trusted any more. */
export function damaged(path: string): string {
  return (
    `LEDGER_URL names ${path}, which is damaged; restore it from a backup, or move it and its -wal file away ` +
    'to begin with an empty ledger'
  );
}

/** The file that is open is not the one that the next start would open. */
export function replaced(path: string): string {
  return (
    `LEDGER_URL names ${path}, which was removed or replaced while the gateway had it open; stop the gateway, ` +
    'put the file of before back if you have it, and start again'
  );
}

function notWritable(path: string): string {
  return (
    `LEDGER_URL names ${path}, which cannot be written there; let the gateway's user write to the file and its ` +
    'folder, or change the path'
  );
}

/** What an error of SQLite or of the file system means for the database at `path`; undefined: it is a bug. */
export function faultOf(error: unknown, path: string): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // Of a stored receipt: nothing else is parsed here.
  if (error instanceof SyntaxError) return damaged(path);
  // The lower byte is the primary code; the rest says more of it.
  if ('errcode' in error && typeof error.errcode === 'number') return byCode[error.errcode & 0xff]?.(path);
  return 'code' in error && typeof error.code === 'string' ? byErrno[error.code]?.(path) : undefined;
}
