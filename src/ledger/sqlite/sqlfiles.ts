import { readFileSync, readdirSync } from 'node:fs';

/** The files lie beside this one; beside the bundle they are in a folder of their own (scripts/build.ts). */
const folder = new URL(import.meta.url.endsWith('.ts') ? './' : './sqlite/', import.meta.url);

/** A change of the schema: its number, and what makes it. */
export type Migration = Readonly<{ version: number; sql: string }>;

/** The text of one file of `statements/`. */
export function readStatement(name: string): string {
  return readFileSync(new URL(`statements/${name}.sql`, folder), 'utf8');
}

/** The files of `migrations/` by their number, from 1 on without a gap. */
export function readMigrations(): readonly Migration[] {
  const names = readdirSync(new URL('migrations/', folder)).sort();
  return names.map((name) => ({
    version: Number.parseInt(name, 10),
    sql: readFileSync(new URL(`migrations/${name}`, folder), 'utf8'),
  }));
}
