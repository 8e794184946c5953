import type { Client } from '../api/client.ts';
import type { BulkFilter } from '../api/types.ts';
import { mostAtOnce } from './change.ts';

const perPage = 200;

/**
 * How many deliveries a change of many is about, up to as many as one request changes, and whether there are more: what is
 * parked and passes the filter, or with that reason what is held.
 */
export async function countChosen(
  client: Pick<Client, 'deliveries'>,
  filter: BulkFilter,
): Promise<Readonly<{ count: number; hasMore: boolean }>> {
  const state = filter.reason === 'held' ? 'waiting' : 'parked';
  let count = 0;
  let cursor: string | undefined;
  do {
    const page = await client.deliveries({ ...filter, state, limit: String(perPage), cursor });
    count += page.deliveries.length;
    cursor = page.next_cursor;
  } while (cursor !== undefined && count < mostAtOnce);
  return { count: Math.min(count, mostAtOnce), hasMore: cursor !== undefined };
}
