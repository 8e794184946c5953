import type { Clock } from '../../../lib/clock.ts';
import { errorOfStatus } from '../api/apierror.ts';
import type { KubeClient } from '../api/client.ts';
import { TimeoutSignal } from '../api/timeoutsignal.ts';
import { fieldsOf, type KubeObject, objectOf, stringOf } from '../api/object.ts';
import { acceptOf, type Resource } from '../api/resources.ts';
import { Restart, restartReason } from './restart.ts';

/** A change, or a bookmark: the collection has come to this version without one. */
export type WatchEvent =
  | Readonly<{ type: 'put' | 'delete'; object: KubeObject; resourceVersion: string }>
  | Readonly<{ type: 'bookmark'; resourceVersion: string }>;

type Options = Readonly<{
  client: KubeClient;
  resource: Resource;
  resourceVersion: string;
  /** After this time the server ends the watch, and soon after it the watch ends itself. */
  lifetimeMs: number;
  /** Without a byte for this long, bookmarks included, the connection counts as dead. */
  silenceMs: number;
  clock: Clock;
  signal: AbortSignal;
  /** The watch is open. */
  opened: () => void;
  /** Something came from the server: the answer's headers, or a piece of it. */
  received: () => void;
}>;

const openDeadlineMs = 30_000;
const graceMs = 15_000;
/** etcd takes no object above 1.5 MiB, which JSON may stretch; a longer line is no event. */
const maxLineLength = 16 * 1024 * 1024;

/** The changes since a version; returns when the watch ends as it should, throws Restart or ApiError if it does not. */
export async function* watch(options: Options): AsyncGenerator<WatchEvent> {
  const { clock, lifetimeMs, silenceMs, opened, received, signal } = options;
  const lifetime = new TimeoutSignal(clock, lifetimeMs + graceMs, signal);
  const silence = new TimeoutSignal(clock, silenceMs, lifetime.signal);
  try {
    const body = await open(options, silence.signal);
    const note = (): void => {
      received();
      silence.restart(silenceMs);
    };
    opened();
    note();
    for await (const line of lines(noted(body, note))) yield eventOf(line);
  } catch (error) {
    if (!wasCut(error)) throw error;
    if (silence.expired) throw new Restart('silent');
    if (!lifetime.expired) throw error;
  } finally {
    silence.clear();
    lifetime.clear();
  }
}

function wasCut(error: unknown): boolean {
  const reason = restartReason(error);
  return reason === 'disconnected' || reason === 'timeout';
}

function open({ client, resource, resourceVersion, lifetimeMs }: Options, signal: AbortSignal) {
  const { path, labelSelector, fieldSelector } = resource;
  const timeoutSeconds = Math.ceil(lifetimeMs / 1000);
  const query = {
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion,
    timeoutSeconds,
    labelSelector,
    fieldSelector,
  };
  return client.stream(path, {
    query,
    signal,
    accept: acceptOf(resource, 'watch'),
    deadlineMs: openDeadlineMs,
  });
}

/** The same chunks, each noted. Only a connection that breaks is a Restart, and no failure of the reader. */
async function* noted(body: AsyncIterable<Uint8Array>, note: () => void): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) {
      note();
      yield chunk;
    }
  } catch {
    // How a connection broke makes no difference to what comes next.
    throw new Restart('disconnected');
  }
}

function eventOf(line: string): WatchEvent {
  const { type, object } = fieldsOf(parse(line));
  const code = fieldsOf(object)['code'];
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
      return changeOf('put', object);
    case 'DELETED':
      return changeOf('delete', object);
    case 'BOOKMARK':
      return { type: 'bookmark', resourceVersion: versionOf(object) };
    case 'ERROR':
      throw errorOfStatus(typeof code === 'number' ? code : 500, object);
    default:
      // Unknown or garbled: either way a change may have been missed.
      throw new Restart('malformed');
  }
}

function changeOf(type: 'put' | 'delete', value: unknown): WatchEvent {
  const object = objectOf(value);
  return { type, object, resourceVersion: object.resourceVersion };
}

function versionOf(value: unknown): string {
  const version = stringOf(fieldsOf(fieldsOf(value)['metadata'])['resourceVersion']);
  if (version === '') throw new Restart('malformed');
  return version;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // The cause would show a piece of the line.
    throw new Restart('malformed');
  }
}

/** The lines of a stream; what follows the last newline was cut off, and is an error. */
async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const [first = '', ...rest] = decoder.decode(chunk, { stream: true }).split('\n');
    pieces.push(first);
    length += first.length;
    if (length > maxLineLength) throw new Restart('malformed');
    for (const piece of rest) {
      yield pieces.join('');
      pieces = [piece];
      length = piece.length;
    }
  }
  if (length > 0) throw new Restart('disconnected');
}
