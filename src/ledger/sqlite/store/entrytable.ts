import type { SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { ownKeyOf } from '../../deliveries/storeddelivery.ts';
import type { StoredEntry } from '../../storedentry.ts';
import type { Transition } from '../../transition.ts';
import { type EntryRow, entryOf, rowOf } from './rows.ts';
import { readStatement } from './sqlfiles.ts';

/** Gives the statement with this name. */
export type Prepare = (name: string) => StatementSync;

/** Where an entry is, and the `external_id` that its caller brings, for an entry that has none of its own. */
type Place = Readonly<{ key: string; externalId: string }>;

/** A row as it was read. */
type Columns = Readonly<Record<string, SQLOutputValue>>;

/** An entry as it is stored; its external_id is `''` if it is one of the caller's own. */
type Known = Readonly<{ entry: StoredEntry; generatedId: string | null; row: Columns }>;

/** The table of entries: reads one, makes a transition of it, and stores what that gives. */
export class EntryTable {
  readonly #find: StatementSync;
  readonly #store: StatementSync;
  readonly #update: StatementSync;
  readonly #delete: StatementSync;
  /** Those that `store-entry` takes, in its order. */
  readonly #columns: readonly (keyof StoredRow)[];
  /** Those that `update-entry` takes, in its order. */
  readonly #changing: readonly (keyof StoredRow)[];
  /** Those that `update-entry` leaves as they are. */
  readonly #lasting: readonly (keyof StoredRow)[];
  /** Whether anything was changed since this was set to false. */
  isChanged = false;

  constructor(prepare: Prepare) {
    this.#find = prepare('find-entry');
    this.#store = prepare('store-entry');
    this.#delete = prepare('delete-entry');
    this.#update = prepare('update-entry');
    this.#columns = columnsIn(readStatement('store-entry'));
    this.#changing = columnsSetIn(readStatement('update-entry'));
    this.#lasting = this.#columns.filter((column) => !this.#changing.includes(column) && column !== 'key');
  }

  /** `idOf` gives the generated external_id that is stored from now on, if any. */
  change<Answer>(
    { key, externalId }: Place,
    make: (stored: StoredEntry | undefined) => Transition<Answer>,
    idOf: (answer: Answer, kept: string | null) => string | null = (_answer, kept) => kept,
  ): Answer {
    const row = this.#find.get({ $key: key });
    const stored = row === undefined ? undefined : entryOf(row, externalId);
    const { entry, answer, separated } = make(stored);
    if (entry === stored) return answer;
    const kept = typeof row?.['external_id'] === 'string' ? row['external_id'] : null;
    if (separated?.delivery) this.put(ownKeyOf(key, separated.delivery), separated, kept);
    this.put(key, entry, idOf(answer, kept), row);
    return answer;
  }

  /** What is stored under a key; its external_id is `''` if it is one of the caller's own. */
  get(key: string): Known | undefined {
    const row = this.#find.get({ $key: key });
    if (row === undefined) return undefined;
    const generatedId = typeof row['external_id'] === 'string' ? row['external_id'] : null;
    return { entry: entryOf(row, ''), generatedId, row };
  }

  /** `before` is the row that is stored under the key, if that is known. */
  put(key: string, entry: StoredEntry | undefined, generatedId: string | null, before?: Columns): void {
    this.isChanged = true;
    if (entry === undefined) this.#delete.run({ $key: key });
    else this.#write({ key, ...rowOf(entry, generatedId) }, before);
  }

  #write(row: StoredRow, before: Columns | undefined): void {
    const isSame = before !== undefined && this.#lasting.every((column) => before[column] === row[column]);
    if (isSame) this.#update.run(...valuesOf(this.#changing, row), row.key);
    else this.#store.run(...valuesOf(this.#columns, row));
  }
}

type StoredRow = EntryRow & Readonly<{ key: string }>;

/** The columns that a statement inserts, in its order. */
function columnsIn(statement: string): readonly (keyof StoredRow)[] {
  const [, names = ''] = /\(([^)]*)\) VALUES/.exec(statement) ?? [];
  return names.split(',').map((name) => name.trim()) as (keyof StoredRow)[];
}

/** The columns that a statement changes, in its order. */
function columnsSetIn(statement: string): readonly (keyof StoredRow)[] {
  const [, assignments = ''] = /\bSET\b([^]*)\bWHERE\b/.exec(statement) ?? [];
  return [...assignments.matchAll(/(\w+) = \?/g)].map(([, name]) => name) as (keyof StoredRow)[];
}

function valuesOf(columns: readonly (keyof StoredRow)[], row: StoredRow): SQLInputValue[] {
  return columns.map((column) => row[column]);
}
