import { readFileSync, readdirSync } from 'node:fs';

/**
 * The text of an SQL file below this folder, such as `postgres/statements/claim.sql`. The build copies these files
 * beside the bundle, so that they lie in the same place from there.
 */
export function readSql(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

/** The names of the SQL files in a folder below this one, in order. */
export function listSql(folder: string): readonly string[] {
  return readdirSync(new URL(folder, import.meta.url))
    .filter((name) => name.endsWith('.sql'))
    .sort();
}
