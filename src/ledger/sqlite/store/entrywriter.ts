import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { EntryRow } from './rows.ts';
import { readStatement } from './sqlfiles.ts';

type Column = keyof EntryRow;

/** Writes the rows of entries: a new one whole, and of one that is there the columns that change. */
export class EntryWriter {
  readonly #database: Pick<DatabaseSync, 'prepare'>;
  readonly #replace: StatementSync;
  readonly #delete: StatementSync;
  /** Those that `store-entry` takes after the key, in its order. */
  readonly #columns: readonly Column[];
  /** The statements that change some columns, by the names of those; each kind of change has one. */
  readonly #updates = new Map<string, StatementSync>();

  constructor(database: Pick<DatabaseSync, 'prepare'>) {
    this.#database = database;
    const text = readStatement('store-entry');
    this.#replace = database.prepare(text);
    this.#delete = database.prepare(readStatement('delete-entry'));
    this.#columns = columnsIn(text);
  }

  /** Stores a row, whatever is there under the key. */
  replace(key: string, row: EntryRow): void {
    this.#replace.run(key, ...valuesOf(this.#columns, row));
  }

  /**
   * Changes the row that is there. A column that was not read has no value in `before`; it stays unless `after` has one.
   * To write all columns of a delivery again takes twice as long.
   */
  update(key: string, before: Record<string, SQLOutputValue>, after: EntryRow): void {
    const changed = this.#columns.filter(
      (column) => after[column] !== undefined && after[column] !== before[column],
    );
    if (changed.length === 0) return;
    const given = changed.filter((column) => after[column] !== null);
    this.#updateOf(changed, after).run(...valuesOf(given, after), key);
  }

  delete(key: string): void {
    this.#delete.run({ $key: key });
  }

  /** What becomes null stands in the statement: to bind a value takes its time. */
  #updateOf(columns: readonly Column[], row: EntryRow): StatementSync {
    const sets = columns
      .map((column) => (row[column] === null ? `${column} = NULL` : `${column} = ?`))
      .join(', ');
    const known = this.#updates.get(sets);
    if (known !== undefined) return known;
    const made = this.#database.prepare(`UPDATE entries SET ${sets} WHERE key = ?`);
    this.#updates.set(sets, made);
    return made;
  }
}

/** The columns that a statement inserts, in its order, without the key, which comes first. */
function columnsIn(statement: string): readonly Column[] {
  const [, names = ''] = /\(([^)]*)\) VALUES/.exec(statement) ?? [];
  const [, ...columns] = names.split(',').map((name) => name.trim());
  return columns as Column[];
}

function valuesOf(columns: readonly Column[], row: EntryRow): SQLInputValue[] {
  return columns.map((column) => row[column] ?? null);
}
