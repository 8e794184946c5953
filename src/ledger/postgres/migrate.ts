import { listSql, readSql } from '../sql.ts';
import type { Database, Query } from './database.ts';
import { UnusablePostgres } from './judge.ts';
import { statements } from './statements.ts';

type Migration = Readonly<{ number: number; name: string }>;

const folder = 'postgres/migrations';

/** Numbered from 1 without a gap, as the files' names begin. */
const migrations: readonly Migration[] = listSql(folder).map((name) => ({
  number: Number.parseInt(name, 10),
  name,
}));

/** The version of the schema that this release knows. */
export const newest = migrations.at(-1)?.number ?? 0;

/**
 * Brings the schema to the newest version; replicas that do so at once wait for each other.
 *
 * @throws UnusablePostgres when the schema is newer than this release knows.
 */
export async function migrate(database: Database): Promise<void> {
  let version = await versionOf(database.query);
  if (version < newest) {
    await database.transaction(async (query) => {
      await query(statements.beginMigration);
      version = await versionOf(query);
      for (const migration of migrations.slice(version)) await apply(query, migration);
    });
  }
  if (version > newest) throw new UnusablePostgres(newerSchema(version));
}

function newerSchema(version: number): string {
  return (
    `the ledger's schema has version ${version} and this release knows versions up to ${newest}; ` +
    'run the release that made it, or a newer one'
  );
}

async function versionOf(query: Query): Promise<number> {
  const [found] = await query(statements.migrated, []);
  if (found?.['known'] !== true) return 0;
  const [row] = await query(statements.version, []);
  return Number(row?.['version']);
}

async function apply(query: Query, { number, name }: Migration): Promise<void> {
  await query(readSql(`${folder}/${name}`));
  await query(statements.endMigration, [number, name]);
}
