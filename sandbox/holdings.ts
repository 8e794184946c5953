import { utcText } from './localtime.ts';
import { type Filtering, folded, numeric, wantedBy, wildcard } from './externalids.ts';

/** What a tenant holds of one kind has these fields beside its own. */
export type Held = {
  id: number;
  external_id: string | null;
  created_at: string;
  updated_at: string;
  /** Epoch milliseconds; not part of Omneo's answers. */
  committedAt: number;
};

/** What a caller asks for, once it is known to be in order. */
export type InputOf<T extends Held> = Omit<T, 'id' | 'created_at' | 'updated_at' | 'committedAt'>;

export type Holdings<T extends Held> = {
  commit(input: InputOf<T>): T;
  get(id: number): T | undefined;
  /** false: there was none. */
  remove(id: number): boolean;
  byExternalId: (externalId: string) => T[];
  /** Whom a filter with this value finds. */
  byFilter: (value: string, how: Filtering) => T[];
  /** In order of commit. */
  all(): T[];
};

/** What is held by what a comparison sees of their external_id. */
function createIndex<T extends Held>(seen: (id: string) => string) {
  const found = new Map<string, T[]>();
  return {
    add(row: T) {
      const { external_id: id } = row;
      if (id !== null) found.set(seen(id), [...(found.get(seen(id)) ?? []), row]);
    },
    remove({ id, external_id: key }: T) {
      if (key !== null)
        found.set(
          seen(key),
          (found.get(seen(key)) ?? []).filter((one) => one.id !== id),
        );
    },
    get: (value: string) => found.get(seen(value)) ?? [],
  };
}

/** What one tenant holds of one kind. The clock gives epoch milliseconds. */
export function createHoldings<T extends Held>(now: () => number): Holdings<T> {
  const rows = new Map<number, T>();
  const exact = createIndex<T>((id) => id);
  const byFold = createIndex<T>(folded);
  const byNumber = createIndex<T>(numeric);
  let count = 0;
  const where = (finds: (id: string) => boolean) =>
    [...rows.values()].filter(({ external_id: id }) => id !== null && finds(id));
  const find = (value: string, how: Filtering): T[] => {
    switch (how) {
      case 'exact':
      case 'split':
      case 'cut':
      case 'trimmed':
        return exact.get(value);
      case 'folded':
        return byFold.get(value);
      case 'numeric':
        return byNumber.get(value);
      case 'partial':
        return where((id) => id.includes(value));
      case 'wildcard': {
        const pattern = /[%_]/.test(value) ? wildcard(value) : undefined;
        return pattern === undefined ? exact.get(value) : where((id) => pattern.test(id));
      }
      case 'blind':
        return [];
    }
  };
  return {
    commit(input) {
      count += 1;
      const committedAt = now();
      const time = utcText(committedAt);
      const row = { id: count, ...input, created_at: time, updated_at: time, committedAt } as T;
      rows.set(row.id, row);
      for (const index of [exact, byFold, byNumber]) index.add(row);
      return row;
    },
    get: (id) => rows.get(id),
    remove(id) {
      const row = rows.get(id);
      if (row) for (const index of [exact, byFold, byNumber]) index.remove(row);
      return rows.delete(id);
    },
    byExternalId: (externalId) => exact.get(externalId),
    byFilter: (value, how) => [...new Set(wantedBy(value, how).flatMap((each) => find(each, how)))],
    all: () => [...rows.values()],
  };
}
