import { type Dispatcher, request } from 'undici';
import { retryAfterSeconds } from '../../../lib/backoff.ts';
import type { Clock } from '../../../lib/clock.ts';
import { adviceFor } from './advice.ts';
import { ApiError, errorOfStatus } from './apierror.ts';
import { askBeforeSend, NotSent } from './beforesend.ts';
import { TimeoutSignal } from './timeoutsignal.ts';
import type { Prepared } from './connection.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH';

/** Most that is read of a refusal, in bytes: a Status has a few thousand, what a proxy says may have no end. */
const maxRefusalBytes = 64 * 1024;

type Query = Readonly<Record<string, string | number | undefined>>;

/** What a call may say besides its method and path. */
export type KubeCall = Readonly<{
  query?: Query;
  body?: unknown;
  contentType?: string;
  accept?: string;
  /** An answer above it is not read to its end, but fails as TooLarge. */
  maxBytes?: number;
  deadlineMs?: number;
  signal?: AbortSignal;
  /** Called when nothing is left to do but to write it to its connection; throws to send nothing. */
  beforeSend?: () => void;
}>;

export type StreamCall = Readonly<{
  query: Query;
  accept?: string;
  deadlineMs?: number;
  signal: AbortSignal;
}>;

type Options = Readonly<{
  connection: Readonly<{
    prepare: (method: Method, path: string) => Promise<Prepared>;
    /** The API server did not accept the credentials. */
    refused?: () => void;
    /** What a call that is being prepared waits for; an error of which the log may show the message. */
    hold?: Error | undefined;
    close: () => Promise<void>;
  }>;
  clock: Clock;
}>;

const defaultDeadlineMs = 10_000;
const userAgent = 'omneo-gateway';

/** Calls to the Kubernetes API: every one has a deadline, and every failure is an ApiError. */
export class KubeClient {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Sends JSON and returns the JSON of the answer. */
  async request(method: Method, path: string, call: KubeCall = {}): Promise<unknown> {
    const deadline = new TimeoutSignal(
      this.#options.clock,
      call.deadlineMs ?? defaultDeadlineMs,
      call.signal,
    );
    try {
      const response = await this.#send(method, path, { ...call, signal: deadline.signal });
      return parse(await textWithin(response.body, call.maxBytes ?? Infinity));
    } catch (error) {
      throw failure(error, deadline);
    } finally {
      deadline.clear();
    }
  }

  /**
   * Opens a GET whose answer has no end; the deadline is for its headers. The answer lasts until the signal fires
   * or the iteration ends.
   */
  async stream(
    path: string,
    { deadlineMs, signal, ...call }: StreamCall,
  ): Promise<AsyncIterable<Uint8Array>> {
    const deadline = new TimeoutSignal(this.#options.clock, deadlineMs ?? defaultDeadlineMs, signal);
    try {
      const { body } = await this.#send('GET', path, { ...call, signal: deadline.signal });
      deadline.lift();
      body.once('close', () => {
        deadline.clear();
      });
      return body;
    } catch (error) {
      deadline.clear();
      throw failure(error, deadline);
    }
  }

  async close(): Promise<void> {
    await this.#options.connection.close();
  }

  async #send(method: Method, path: string, call: KubeCall & Readonly<{ signal: AbortSignal }>) {
    const { query = {}, body, signal, beforeSend } = call;
    const { contentType = 'application/json', accept = 'application/json' } = call;
    const { url, headers, dispatcher } = await this.#prepare(method, path + search(query), signal);
    signal.throwIfAborted();
    const response = await request(url, {
      method,
      dispatcher: beforeSend ? askBeforeSend(dispatcher, beforeSend) : dispatcher,
      signal,
      headers: {
        ...headers,
        accept,
        'user-agent': userAgent,
        ...(body === undefined ? {} : { 'content-type': contentType }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // The caller sees to deadlines and silence, by the clock of the gateway.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    if (response.statusCode < 300) return response;
    if (response.statusCode === 401) this.#options.connection.refused?.();
    throw await this.#refusal(response, adviceFor(response.statusCode, { method, path, query }));
  }

  /** Authentication may hang. */
  async #prepare(method: Method, path: string, signal: AbortSignal): Promise<Prepared> {
    const { connection } = this.#options;
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const abort = (): void => {
      reject(connection.hold ?? new Error('aborted'));
    };
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    try {
      return await Promise.race([connection.prepare(method, path), aborted]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  async #refusal(
    { statusCode, headers, body }: Dispatcher.ResponseData,
    advice: string | undefined,
  ): Promise<ApiError> {
    const retryAfter = retryAfterSeconds(headers['retry-after'], this.#options.clock.now());
    const status = await textWithin(body, maxRefusalBytes)
      .then(parse)
      .catch(() => undefined); // a proxy may answer with anything
    return errorOfStatus(statusCode, status, { retryAfter, advice });
  }
}

function search(query: Query): string {
  const entries = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  return entries.length === 0 ? '' : `?${new URLSearchParams(Object.fromEntries(entries)).toString()}`;
}

async function textWithin(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new ApiError(0, 'TooLarge');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The cause would show a piece of the answer.
    throw new ApiError(0, 'Malformed');
  }
}

/** Every failure as an ApiError; what `beforeSend` throws stays as it is, since it is the caller's own. */
function failure(error: unknown, deadline: TimeoutSignal): unknown {
  if (error instanceof ApiError || error instanceof NotSent) return error;
  return new ApiError(0, deadline.expired ? 'Timeout' : 'Unreachable', { cause: error });
}
