import type { DatabaseSync } from 'node:sqlite';
import type { Migration } from './sqlfiles.ts';
import { inTransaction } from './store.ts';

/** Brings the schema to the newest version; each migration is made and counted in one step, or not at all. */
export function migrate(database: DatabaseSync, migrations: readonly Migration[]): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  for (const migration of migrations.filter((each) => each.version > version))
    inTransaction(database, () => {
      database.exec(`${migration.sql}\nPRAGMA user_version = ${migration.version};`);
    });
}
