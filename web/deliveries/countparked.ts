import type { Client } from '../api/client.ts';
import type { BulkFilter } from '../api/types.ts';
import { mostAtOnce } from './change.ts';

const perPage = 200;

/** How many parked deliveries a filter finds, up to as many as one request changes, and whether there are more. */
export async function countParked(
  client: Pick<Client, 'deliveries'>,
  filter: BulkFilter,
): Promise<Readonly<{ count: number; hasMore: boolean }>> {
  let count = 0;
  let cursor: string | undefined;
  do {
    const page = await client.deliveries({ ...filter, state: 'parked', limit: String(perPage), cursor });
    count += page.deliveries.length;
    cursor = page.next_cursor;
  } while (cursor !== undefined && count < mostAtOnce);
  return { count: Math.min(count, mostAtOnce), hasMore: cursor !== undefined };
}
