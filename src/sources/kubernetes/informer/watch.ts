import type { Clock } from '../../../lib/clock.ts';
import { errorOfStatus } from '../api/apierror.ts';
import type { Client } from '../api/client.ts';
import { Deadline } from '../api/deadline.ts';
import { fieldsOf, textOf } from '../api/json.ts';
import { lines } from '../api/lines.ts';
import { type KubeObject, objectOf } from '../api/object.ts';
import { acceptOf, type Resource } from '../api/resources.ts';
import { Restart, restartReason } from './restart.ts';

/** A change, or a bookmark: the collection has come to this version without one. */
export type WatchEvent =
  | Readonly<{ type: 'put' | 'delete'; object: KubeObject; resourceVersion: string }>
  | Readonly<{ type: 'bookmark'; resourceVersion: string }>;

type Options = Readonly<{
  client: Client;
  resource: Resource;
  resourceVersion: string;
  /** After this time the server ends the watch, and soon after it the watch ends itself. */
  lifetimeMs: number;
  /** Without a byte for this long, bookmarks included, the connection counts as dead. */
  silenceMs: number;
  clock: Clock;
  signal: AbortSignal;
  /** Something came from the server: the answer's headers, or a piece of it. */
  contact: () => void;
}>;

const openDeadlineMs = 30_000;
const graceMs = 15_000;

/** The changes since a version; returns when the watch ends as it should, throws Restart or ApiError if it does not. */
export async function* watch(options: Options): AsyncGenerator<WatchEvent> {
  const { clock, lifetimeMs, silenceMs, contact, signal } = options;
  const lifetime = new Deadline(clock, lifetimeMs + graceMs, signal);
  const silence = new Deadline(clock, silenceMs, lifetime.signal);
  try {
    const body = await open(options, silence.signal);
    const heard = (): void => {
      contact();
      silence.restart(silenceMs);
    };
    heard();
    for await (const line of lines(listen(body, heard))) yield eventOf(line);
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

/** The same chunks; a connection that breaks is told apart from a failure of whoever reads. */
async function* listen(body: AsyncIterable<Uint8Array>, heard: () => void): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) {
      heard();
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
  const version = textOf(fieldsOf(fieldsOf(value)['metadata'])['resourceVersion']);
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
