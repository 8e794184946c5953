import type { ApiDelivery, ApiDeliveryPage } from '../client/answers.ts';
import type { ConsoleClient, ConsoleQuery } from '../client/consoleclient.ts';

/** The pages of a list of deliveries, each as it is asked for. */
export async function* pagesOf(
  client: ConsoleClient,
  query: ConsoleQuery,
): AsyncGenerator<readonly ApiDelivery[]> {
  let cursor: string | undefined;
  do {
    const page = await client.get<ApiDeliveryPage>('deliveries', 'deliveries', {
      limit: 200,
      ...query,
      cursor,
    });
    yield page.deliveries;
    cursor = page.next_cursor;
  } while (cursor !== undefined);
}
