import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StartupError } from '../../../lib/startup.ts';
import { damaged } from '../faults.ts';

/** `PRAGMA application_id` of the ledger's databases, as the first migration sets it. */
const applicationId = 0x4f474c45;

/**
 * Looks at a database before anything is written to it. Read only: what is refused stays as it is, byte for byte.
 *
 * @param newest the newest schema that this program knows.
 * @throws StartupError, for what is damaged, belongs to another program or has a newer schema.
 */
export function inspectDatabase(path: string, newest: number): void {
  if (statSync(path).size === 0) return;
  const database = new DatabaseSync(path, { readOnly: true, timeout: 1000 });
  try {
    const read = (pragma: string): unknown =>
      Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0];
    if (read('quick_check(1)') !== 'ok') throw new StartupError(`${damaged(path)}.`);
    refuseStrangers(database, path, read('application_id'));
    const version = Number(read('user_version'));
    if (version <= newest) return;
    throw new StartupError(
      `LEDGER_URL names ${path}, whose schema has version ${version}, and this program knows ${newest}; ` +
        'start the newer program, or restore a backup from before it.',
    );
  } finally {
    database.close();
  }
}

/** A database without any table is one whose making was cut off. */
function refuseStrangers(database: DatabaseSync, path: string, id: unknown): void {
  if (id === applicationId) return;
  const isEmpty = database.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
  if (id === 0 && isEmpty) return;
  throw new StartupError(
    `LEDGER_URL names ${path}, which is the database of another program; change the path.`,
  );
}
