import { listSql, readSql } from '../../sql.ts';

/** A change of the schema: its number, and what makes it. */
export type Migration = Readonly<{ version: number; sql: string }>;

/** The text of one file of `statements/`. */
export function readStatement(name: string): string {
  return readSql(`sqlite/statements/${name}.sql`);
}

/** The files of `migrations/` by their number, from 1 on without a gap. */
export function readMigrations(): readonly Migration[] {
  const folder = 'sqlite/migrations';
  return listSql(folder).map((name) => ({
    version: Number.parseInt(name, 10),
    sql: readSql(`${folder}/${name}`),
  }));
}
