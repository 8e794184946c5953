import type { Exceeded, Reserved } from '../budgets/budgets.ts';
import { LedgerUnavailable, type Spent } from '../ledger.ts';
import type { ResultRow } from './database.ts';

/** The answer to a reservation as its row says it. Throws LedgerUnavailable if there is none. */
export function reservedOf(row: ResultRow | undefined): Reserved {
  const result = row?.['result'];
  if (result === 'reserved' || result === 'lost') return { result };
  if (row === undefined || result !== 'exceeded')
    throw new LedgerUnavailable('the ledger gave an answer of the wrong form');
  return { result, budget: String(row['budget']), limit: row['exceeded'] as Exceeded['limit'] };
}

/** What is spent of a budget, as its row says it. */
export function spentIn({ name, rewards, cents }: ResultRow): Spent {
  return { budget: String(name), rewards: Number(rewards), cents: Number(cents) };
}
