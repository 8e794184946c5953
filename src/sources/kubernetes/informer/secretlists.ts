import { errorNames, type Log } from '../../../lib/log.ts';
import type { Client } from '../api/client.ts';
import { pages } from '../api/list.ts';
import type { Resource } from '../api/resources.ts';
import type { SecretStore } from './secretstore.ts';

type Options = Readonly<{
  client: Client;
  resource: Resource;
  store: Pick<SecretStore, 'missing' | 'offer'>;
  /** How many Secrets there are in the collection. */
  size: number;
  signal: AbortSignal;
  log: Pick<Log, 'debug'>;
}>;

const pageSize = 500;
/** Fewer are fetched one by one. */
const fewest = 100;
/** To list an object costs the API server about a tenth of what it costs to get one. */
const othersForEach = 10;

/**
 * Loads the Secrets that are missing by lists of all, if that is cheaper than to get each of them: at a start with
 * thousands of tenants by far. It is no more than a shortcut, which ends where a page is too large or a list fails;
 * what it did not bring is fetched one by one.
 */
export async function loadByLists({ client, resource, store, size, signal, log }: Options): Promise<void> {
  const missing = store.missing();
  if (missing < fewest || size > othersForEach * missing) return;
  try {
    const whole = { ...resource, metadataOnly: false };
    for await (const { objects } of pages({ client, resource: whole, limit: pageSize, signal }))
      for (const object of objects) store.offer(object);
  } catch (error) {
    log.debug({ error: errorNames(error) }, 'Secrets are fetched one by one');
  }
}
