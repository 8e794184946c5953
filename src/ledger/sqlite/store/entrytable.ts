import type { SQLOutputValue, StatementSync } from 'node:sqlite';
import { ownKeyOf } from '../../deliveries/storeddelivery.ts';
import type { StoredEntry } from '../../storedentry.ts';
import type { Transition } from '../../transition.ts';
import type { EntryWriter } from './entrywriter.ts';
import { type EntryRow, entryOf, rowOf } from './rows.ts';

/** Gives the statement with this name. */
export type Prepare = (name: string) => StatementSync;

/** Where an entry is, and the `external_id` that its caller brings, for an entry that has none of its own. */
type Place = Readonly<{ key: string; externalId: string }>;

/** What an entry's table is read by: the whole of a row, or all but the content of its delivery. */
type Find = StatementSync;

/** What budgets are changed by, together with an entry. */
type ChangeBudgets = (transition: Transition<unknown>) => void;

type IdOf<Answer> = (answer: Answer, kept: string | null) => string | null;

/** The table of entries: reads one, makes a transition of it, and stores what that gives. */
export class EntryTable {
  readonly #find: Find;
  readonly #findWithoutContent: Find;
  readonly #writer: EntryWriter;
  readonly #changeBudgets: ChangeBudgets;
  /** Whether anything was changed since this was set to false. */
  isChanged = false;

  constructor(prepare: Prepare, writer: EntryWriter, changeBudgets: ChangeBudgets) {
    this.#find = prepare('find-entry');
    this.#findWithoutContent = prepare('find-entry-without-content');
    this.#writer = writer;
    this.#changeBudgets = changeBudgets;
  }

  /** `idOf` gives the generated external_id that is stored from now on, if any. */
  change<Answer>(
    place: Place,
    make: (stored: StoredEntry | undefined) => Transition<Answer>,
    idOf: IdOf<Answer> = (_answer, kept) => kept,
  ): Answer {
    return this.#change(place, this.#find.get({ $key: place.key }), make, idOf);
  }

  /** As `change`, for a call that needs nothing of the content: to read it takes longer than all the rest. */
  changeWithoutContent<Answer>(
    place: Place,
    make: (stored: StoredEntry | undefined) => Transition<Answer>,
  ): Answer {
    return this.#change(
      place,
      this.#findWithoutContent.get({ $key: place.key }),
      make,
      (_answer, kept) => kept,
    );
  }

  /** What is stored under a key; its external_id is `''` if it is one of the caller's own. */
  get(key: string): Readonly<{ entry: StoredEntry; generatedId: string | null }> | undefined {
    const row = this.#find.get({ $key: key });
    if (row === undefined) return undefined;
    return { entry: entryOf(row, ''), generatedId: generatedIdOf(row) };
  }

  put(key: string, entry: StoredEntry | undefined, generatedId: string | null): void {
    this.isChanged = true;
    if (entry === undefined) this.#writer.delete(key);
    else this.#writer.replace(key, rowOf(entry, generatedId));
  }

  #change<Answer>(
    { key, externalId }: Place,
    row: Record<string, SQLOutputValue> | undefined,
    make: (stored: StoredEntry | undefined) => Transition<Answer>,
    idOf: IdOf<Answer>,
  ): Answer {
    const stored = row && entryOf(row, externalId);
    const made = make(stored);
    const { entry, answer, separated } = made;
    if (entry === stored) return answer;
    if (made.givenBack !== undefined || made.charged !== undefined) this.#changeBudgets(made);
    const kept = row === undefined ? null : generatedIdOf(row);
    if (separated?.delivery) this.put(ownKeyOf(key, separated.delivery), separated, kept);
    const generatedId = idOf(answer, kept);
    if (row === undefined || entry === undefined) this.put(key, entry, generatedId);
    else this.#rewrite(key, row, rowOf(entry, generatedId));
    return answer;
  }

  #rewrite(key: string, before: Record<string, SQLOutputValue>, after: EntryRow): void {
    this.isChanged = true;
    this.#writer.update(key, before, after);
  }
}

function generatedIdOf(row: Record<string, SQLOutputValue>): string | null {
  return typeof row['external_id'] === 'string' ? row['external_id'] : null;
}
