import type { KubeClient } from '../api/client.ts';
import { fieldsOf, type KubeObject, objectOf, stringOf } from '../api/object.ts';
import { acceptOf, type Resource } from '../api/resources.ts';
import { Restart } from './restart.ts';

/** A part of a list; the version is that of the whole list, and so equal on every page. */
export type Page = Readonly<{ objects: readonly KubeObject[]; resourceVersion: string }>;

type Options = Readonly<{
  client: KubeClient;
  resource: Resource;
  /** Objects a page; absent: all in one. */
  limit: number | undefined;
  signal: AbortSignal;
}>;

const pageDeadlineMs = 30_000;
/** A page that is larger is asked for again with fewer objects: large objects must not exhaust the memory. */
const pageBytes = 8 * 1024 * 1024;

/** What the collection holds, read from etcd and not from a cache, so that time never goes backwards. */
export async function* pages({ client, resource, limit, signal }: Options): AsyncGenerator<Page> {
  const { path, labelSelector, fieldSelector } = resource;
  const call = {
    accept: acceptOf(resource, 'list'),
    signal,
    deadlineMs: pageDeadlineMs,
    // All in one is the last resort, and one object has to be taken as it is.
    ...(limit !== undefined && limit > 1 && { maxBytes: pageBytes }),
  };
  let token: string | undefined;
  do {
    const query = { limit, continue: token, labelSelector, fieldSelector };
    const answer = fieldsOf(await client.request('GET', path, { ...call, query }));
    const metadata = fieldsOf(answer['metadata']);
    token = stringOf(metadata['continue']) || undefined;
    yield pageOf(answer['items'], stringOf(metadata['resourceVersion']));
  } while (token !== undefined);
}

function pageOf(items: unknown, resourceVersion: string): Page {
  // An empty list may be null, but a body without items is no list: to believe it would delete everything.
  if (resourceVersion === '' || (items !== null && !Array.isArray(items))) throw new Restart('malformed');
  return { objects: (items ?? []).map(objectOf), resourceVersion };
}
