import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { ownKeyOf } from '../../deliveries/storeddelivery.ts';
import type { StoredEntry } from '../../storedentry.ts';
import type { Transition } from '../../transition.ts';
import { type EntryRow, entryOf, rowOf } from './rows.ts';
import { readStatement } from './sqlfiles.ts';

/** Gives the statement with this name. */
export type Prepare = (name: string) => StatementSync;

/** Where an entry is, and the `external_id` that its caller brings, for an entry that has none of its own. */
type Place = Readonly<{ key: string; externalId: string }>;

/** The table of entries: reads one, makes a transition of it, and stores what that gives. */
export class EntryTable {
  readonly #find: StatementSync;
  readonly #store: StatementSync;
  readonly #delete: StatementSync;
  /** Those that `store-entry` takes, in its order. */
  readonly #columns: readonly (keyof StoredRow)[];
  /** Whether anything was changed since this was set to false. */
  isChanged = false;

  constructor(prepare: Prepare) {
    this.#find = prepare('find-entry');
    this.#store = prepare('store-entry');
    this.#delete = prepare('delete-entry');
    this.#columns = columnsIn(readStatement('store-entry'));
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
    this.put(key, entry, idOf(answer, kept));
    return answer;
  }

  /** What is stored under a key; its external_id is `''` if it is one of the caller's own. */
  get(key: string): Readonly<{ entry: StoredEntry; generatedId: string | null }> | undefined {
    const row = this.#find.get({ $key: key });
    if (row === undefined) return undefined;
    const generatedId = typeof row['external_id'] === 'string' ? row['external_id'] : null;
    return { entry: entryOf(row, ''), generatedId };
  }

  put(key: string, entry: StoredEntry | undefined, generatedId: string | null): void {
    this.isChanged = true;
    if (entry === undefined) this.#delete.run({ $key: key });
    else this.#store.run(...valuesOf(this.#columns, { key, ...rowOf(entry, generatedId) }));
  }
}

type StoredRow = EntryRow & Readonly<{ key: string }>;

/** The columns that a statement inserts, in its order. */
function columnsIn(statement: string): readonly (keyof StoredRow)[] {
  const [, names = ''] = /\(([^)]*)\) VALUES/.exec(statement) ?? [];
  return names.split(',').map((name) => name.trim()) as (keyof StoredRow)[];
}

function valuesOf(columns: readonly (keyof StoredRow)[], row: StoredRow): SQLInputValue[] {
  return columns.map((column) => row[column]);
}
