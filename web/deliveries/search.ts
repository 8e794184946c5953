import type { BulkFilter } from '../api/types.ts';
import type { ListChoice } from '../lib/route.ts';

export const searchKinds = ['email', 'person_id', 'id'] as const;
export type SearchKind = (typeof searchKinds)[number];

/** What somebody typed to find a customer; it stays in memory, and never gets into an address or a storage. */
export type Search = Readonly<{ kind: SearchKind; text: string }>;

export const noSearch: Search = Object.freeze({ kind: 'email', text: '' });

const dayMs = 86_400_000;

/** What the API is asked for. `now` is in milliseconds since the epoch. */
export function queryOf(choice: ListChoice, { kind, text }: Search, now: number) {
  const days = Number(choice.days);
  return {
    tenant: choice.tenant,
    state: choice.state,
    reason: choice.reason,
    since: days > 0 ? new Date(now - days * dayMs).toISOString() : '',
    ...(text.trim() !== '' && { [kind]: text.trim() }),
  };
}

/** What cannot be searched for, and what to do; undefined: nothing is in the way. */
export function searchFault({ tenant }: ListChoice, { text }: Search): string | undefined {
  if (text.trim() === '' || tenant !== '') return undefined;
  return 'Choose a tenant too: a customer is looked for in one tenant.';
}

/** What of the list is changed together: what is parked, or held. */
export function bulkFilterOf(choice: ListChoice, search: Search, now: number): BulkFilter {
  const { state: _, ...query } = queryOf(choice, search, now);
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== '')) as BulkFilter;
}
