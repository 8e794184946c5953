import { type Dispatcher, errors } from 'undici';
import type { Clock } from '../clock.ts';
import { Connections } from './connections.ts';
import { textOf } from './decode.ts';
import { UpstreamError } from './upstream.ts';

export type Call = Readonly<{
  method: 'GET' | 'POST';
  origin: string;
  /** With the query. */
  path: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
  /** Whether it goes over a new connection; by default one that was idle will do. */
  isFresh?: boolean;
}>;

export type Answer = Readonly<{
  status: number;
  header: (name: string) => string | undefined;
  text: string;
}>;

/** Longest answer of Omneo that is read, in bytes, before and after it is decompressed. */
const maxAnswerBytes = 1_048_576;
const tooLong = 'Omneo answered more than 1 MiB';
const unanswered = 'Omneo did not answer in time';
const unreached = 'Omneo could not be reached in time';

/**
 * How long an idle connection is kept, in milliseconds. A server may offer minutes, which a NAT on the way need not know
 * of: it forgets the connection, and the next request on it breaks.
 */
const idleMs = 4_000;

/** How long each address of a host has to connect before the next is tried, in milliseconds. */
const addressMs = 2_000;

/**
 * Connections to every Omneo, one pool an origin. A webhook has at most two calls open at a time and ends after both,
 * and a tenant fetches one token at a time: so what bounds them is how many webhooks may be under way.
 */
export function createDispatcher(timeoutMs: number): Dispatcher {
  return new Connections({
    allowH2: false,
    pipelining: 1,
    maxResponseSize: maxAnswerBytes,
    keepAliveTimeout: idleMs,
    keepAliveMaxTimeout: idleMs,
    connect: {
      timeout: timeoutMs,
      autoSelectFamily: true,
      // Node's own 250 ms are too short for a server on another continent. The next address must have its turn in time.
      autoSelectFamilyAttemptTimeout: Math.min(addressMs, Math.ceil(timeoutMs / 2)),
    },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
}

/**
 * Sends one request and reads the whole answer, or fails by `deadline` (on the monotonic clock, in
 * milliseconds). Redirects are not followed.
 *
 * A request that waited for its connection until the deadline is not sent any more, not even by a process that
 * was paused in between: the check stands right where the request is written.
 *
 * @throws UpstreamError `unavailable`; `mayHaveHappened` tells whether anything was sent. It has a cause if the
 * connection broke, or what it brought is broken; not if it took too long.
 */
export function send(dispatcher: Dispatcher, call: Call, deadline: number, clock: Clock): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const exchange = new Exchange(resolve, reject, () => clock.monotonic() >= deadline);
    const left = Math.max(0, deadline - clock.monotonic());
    exchange.ended = clock.after(left, () => {
      exchange.fail(unanswered);
    });
    const { origin, path, method, headers, body = null, isFresh: reset = false } = call;
    dispatcher.dispatch({ origin, path, method, headers, body, reset, idempotent: false }, exchange);
  });
}

/**
 * Sends what is safe to send twice: once more if its connection broke, and then over a new one, since others may be as
 * stale as the first. What an answer refuses, or time ends, is not sent again.
 *
 * @param attempt Sends it, over a new connection if told so.
 * @throws UpstreamError of the last attempt
 */
export async function sendAgainIfBroken<T>(attempt: (isFresh: boolean) => Promise<T>): Promise<T> {
  try {
    return await attempt(false);
  } catch (error) {
    const isBroken = error instanceof UpstreamError && error.cause !== undefined;
    if (!isBroken) throw error;
    return await attempt(true);
  }
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** One request on its way, as undici reports it. */
class Exchange implements Dispatcher.DispatchHandler {
  ended: () => void = () => undefined;
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: UpstreamError) => void;
  readonly #isLate: () => boolean;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #failed = false;
  #sent = false;
  #status = 0;
  #headers: Headers = {};

  constructor(
    resolve: (answer: Answer) => void,
    reject: (error: UpstreamError) => void,
    isLate: () => boolean,
  ) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#isLate = isLate;
  }

  fail(message: string, cause?: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.ended();
    const error = new UpstreamError('unavailable', message, { mayHaveHappened: this.#sent, cause });
    this.#reject(error);
    this.#controller?.abort(error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#failed) controller.abort(new Error('given up before it was sent'));
    else if (this.#isLate()) this.fail(unreached);
    else this.#sent = true;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Headers): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    let text: string;
    try {
      text = this.#read();
    } catch (error) {
      if (hasCode(error, 'ERR_BUFFER_TOO_LARGE')) this.fail(tooLong);
      else this.fail('Omneo answered what cannot be decompressed', error);
      return;
    }
    this.ended();
    this.#resolve({ status: this.#status, header: (name) => this.#header(name)[0], text });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (error instanceof errors.ResponseExceededMaxSizeError) this.fail(tooLong);
    else if (isTimeout(error)) this.fail(this.#sent ? unanswered : unreached);
    else this.fail('the connection to Omneo failed', error);
  }

  #read(): string {
    const encoding = this.#header('content-encoding').join();
    const [type] = this.#header('content-type');
    return textOf(Buffer.concat(this.#chunks), { encoding, type }, maxAnswerBytes);
  }

  #header(name: string): readonly string[] {
    return [this.#headers[name] ?? []].flat();
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function isTimeout(error: Error): boolean {
  return (
    error instanceof errors.ConnectTimeoutError ||
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError
  );
}
