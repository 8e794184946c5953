import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export type Fields = Record<string, unknown>;
export type Stored = {
  metadata: {
    name: string;
    namespace: string;
    uid: string;
    resourceVersion: string;
    generation: number;
    creationTimestamp: string;
    annotations?: Record<string, string>;
  };
  [field: string]: unknown;
};

export type Asked = {
  method: string;
  path: string;
  query: URLSearchParams;
  plural: string;
  namespace: string | undefined;
  name: string | undefined;
  isStatus: boolean;
  isWatch: boolean;
  contentType: string | undefined;
  accept: string | undefined;
  authorization: string | undefined;
  body: Fields;
};

/** Answers in the server's place; returns false to let it answer itself. */
export type Fault = (asked: Asked, response: ServerResponse) => boolean;

type Change = { plural: string; type: string; object: Stored; version: number };
type Watcher = { asked: Asked; response: ServerResponse };

/** An API server for tests: real HTTP, no TLS, and every fault that can be asked for. */
export class FakeApi {
  readonly asked: Asked[] = [];
  /** Asked in turn; the first that takes the request answers it. */
  faults: Fault[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #watchers = new Set<Watcher>();
  #store = new Map<string, Stored>();
  #history: Change[] = [];
  #version = 100;
  #uid = 0;
  #compacted = 0;
  #sentBefore = 0;
  connections = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      void this.#answer(request, response);
    });
    this.#server.on('connection', (socket) => {
      this.connections++;
      socket.on('close', () => (this.#sentBefore += socket.bytesWritten));
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Bytes that it has sent on all its connections. */
  get sent(): number {
    return [...this.#sockets].reduce((sum, { bytesWritten }) => sum + bytesWritten, this.#sentBefore);
  }

  get watches(): number {
    return this.#watchers.size;
  }

  async start(port = 0): Promise<this> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  async stop(): Promise<number> {
    const { port } = this.#server.address() as AddressInfo;
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
    return port;
  }

  get(plural: string, key: string): Stored | undefined {
    return this.#store.get(`${plural}/${key}`);
  }

  all(plural: string): Stored[] {
    return [...this.#store].filter(([path]) => path.startsWith(`${plural}/`)).map(([, object]) => object);
  }

  /** Creates or replaces; a changed spec is a new generation. */
  put(plural: string, key: string, fields: Fields, { silent = false } = {}): Stored {
    const [namespace = '', name = ''] = key.split('/');
    const old = this.#store.get(`${plural}/${key}`);
    const isSame = JSON.stringify(old?.['spec']) === JSON.stringify(fields['spec']);
    const given = fields['metadata'] as Partial<Stored['metadata']> | undefined;
    const object: Stored = {
      ...fields,
      metadata: {
        creationTimestamp: old?.metadata.creationTimestamp ?? '2026-11-01T00:00:00Z',
        ...given,
        name,
        namespace,
        uid: old?.metadata.uid ?? `uid-${++this.#uid}`,
        resourceVersion: String(++this.#version),
        generation: (old?.metadata.generation ?? 0) + (old && isSame ? 0 : 1),
      },
    };
    this.#store.set(`${plural}/${key}`, object);
    this.#record({ plural, type: old ? 'MODIFIED' : 'ADDED', object, version: this.#version }, silent);
    return object;
  }

  remove(plural: string, key: string, { silent = false } = {}): void {
    const old = this.#store.get(`${plural}/${key}`);
    if (!old) return;
    this.#store.delete(`${plural}/${key}`);
    const version = ++this.#version;
    const object = { ...old, metadata: { ...old.metadata, resourceVersion: String(version) } };
    this.#record({ plural, type: 'DELETED', object, version }, silent);
  }

  /** As etcd emptied: nothing is left, and versions begin anew. */
  wipe(): void {
    this.#store = new Map();
    this.#history = [];
    this.#version = 1;
    this.#compacted = 0;
  }

  /** What happened before now cannot be watched any more. */
  compact(): void {
    this.#compacted = this.#version;
  }

  /** A line to every open watch, as it is. */
  say(text: string, plural?: string): void {
    for (const { asked, response } of this.#watchers)
      if (!plural || asked.plural === plural) response.write(text);
  }

  event(event: Fields, plural?: string): void {
    this.say(`${JSON.stringify(event)}\n`, plural);
  }

  bookmark(): void {
    this.#version++;
    this.ping();
  }

  /** A sign of life that changes nothing. */
  ping(): void {
    this.event({ type: 'BOOKMARK', object: { metadata: { resourceVersion: String(this.#version) } } });
  }

  endWatches(): void {
    for (const { response } of this.#watchers) response.end();
  }

  resetWatches(): void {
    for (const { response } of this.#watchers) response.socket?.resetAndDestroy();
  }

  /** How often this was asked since the beginning. */
  count(isMeant: (asked: Asked) => boolean): number {
    return this.asked.filter(isMeant).length;
  }

  #record(change: Change, silent: boolean): void {
    if (!silent) this.#history.push(change);
    for (const { asked, response } of this.#watchers) {
      if (!silent && matches(asked, change.plural, change.object)) response.write(lineOf(change, asked));
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = await read(request);
    this.asked.push(asked);
    for (const fault of this.faults) if (fault(asked, response)) return;
    if (asked.isWatch) this.#watch(asked, response);
    else if (asked.method === 'GET' && asked.name === undefined) this.#list(asked, response);
    else if (asked.method === 'GET') this.#read(asked, response);
    else if (asked.method === 'POST') this.#create(asked, response);
    else this.#update(asked, response);
  }

  #list(asked: Asked, response: ServerResponse): void {
    const found = this.all(asked.plural).filter((object) => matches(asked, asked.plural, object));
    const from = Number(asked.query.get('continue') ?? 0);
    const limit = Number(asked.query.get('limit') ?? found.length);
    const next = from + limit < found.length ? { continue: String(from + limit) } : {};
    send(response, 200, {
      metadata: { resourceVersion: String(this.#version), ...next },
      items: found.slice(from, from + limit).map((object) => shown(object, asked)),
    });
  }

  #watch(asked: Asked, response: ServerResponse): void {
    const since = Number(asked.query.get('resourceVersion'));
    if (since < this.#compacted) {
      sendStatus(response, 410, 'Expired');
      return;
    }
    const watcher = { asked, response };
    this.#watchers.add(watcher);
    response.on('close', () => this.#watchers.delete(watcher));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    for (const change of this.#history) {
      if (change.version > since && matches(asked, change.plural, change.object))
        response.write(lineOf(change, asked));
    }
  }

  #read({ plural, namespace, name }: Asked, response: ServerResponse): void {
    const object = this.get(plural, `${namespace ?? ''}/${name ?? ''}`);
    if (object) send(response, 200, object);
    else sendStatus(response, 404, 'NotFound');
  }

  #create({ plural, namespace = '', body }: Asked, response: ServerResponse): void {
    const { name, generateName } = body['metadata'] as { name?: string; generateName?: string };
    const key = `${namespace}/${name ?? `${generateName ?? ''}${++this.#uid}`}`;
    if (this.get(plural, key)) sendStatus(response, 409, 'AlreadyExists');
    else send(response, 201, this.put(plural, key, body));
  }

  #update(
    { plural, namespace = '', name = '', method, isStatus, body }: Asked,
    response: ServerResponse,
  ): void {
    const key = `${namespace}/${name}`;
    const old = this.get(plural, key);
    const { resourceVersion } = (body['metadata'] ?? {}) as { resourceVersion?: string };
    if (!old) sendStatus(response, 404, 'NotFound');
    else if (resourceVersion !== undefined && resourceVersion !== old.metadata.resourceVersion) {
      sendStatus(response, 409, 'Conflict');
    } else if (isStatus) send(response, 200, this.put(plural, key, { ...old, status: body['status'] }));
    else send(response, 200, this.put(plural, key, method === 'PUT' ? body : { ...old, ...body }));
  }
}

function lineOf({ type, object }: Change, asked: Asked): string {
  return `${JSON.stringify({ type, object: shown(object, asked) })}\n`;
}

/** The object as it was asked for: all of it, or its metadata alone. */
function shown(object: Stored, { accept, isWatch }: Asked): Fields {
  const kind = isWatch ? 'PartialObjectMetadata' : 'PartialObjectMetadataList';
  if (accept !== `application/json;as=${kind};g=meta.k8s.io;v=v1`) return object;
  return { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata: object.metadata };
}

function matches(asked: Asked, plural: string, { metadata, ...fields }: Stored): boolean {
  const selector = asked.query.get('labelSelector');
  const labels = (metadata as { labels?: Record<string, string> }).labels ?? {};
  const [label = '', value] = selector?.split('=') ?? [];
  return (
    Boolean(fields) &&
    asked.plural === plural &&
    (asked.namespace === undefined || asked.namespace === metadata.namespace) &&
    (!selector || labels[label] === value)
  );
}

async function read(request: IncomingMessage): Promise<Asked> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://api');
  const pattern =
    /^\/apis?\/(?:[^/]+\/)??v[^/]+(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?(\/status)?$/;
  const [, namespace, plural = '', name, status] = pattern.exec(pathname) ?? [];
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return {
    method: request.method ?? '',
    path: pathname,
    query: searchParams,
    plural,
    namespace,
    name,
    isStatus: status !== undefined,
    isWatch: searchParams.get('watch') === 'true',
    contentType: request.headers['content-type'],
    accept: request.headers.accept,
    authorization: request.headers.authorization,
    body: text === '' ? {} : (JSON.parse(text) as Fields),
  };
}

export function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

export function sendStatus(
  response: ServerResponse,
  code: number,
  reason: string,
  headers: Record<string, string> = {},
): void {
  // The message is what must never be seen anywhere.
  send(response, code, { kind: 'Status', code, reason, message: 'confidential message' }, headers);
}
