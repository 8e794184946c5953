import { Agent, Dispatcher } from 'undici';
import type { Clock } from '../../lib/clock.ts';
import { type Answer, Exchange, maxAnswerBytes } from './exchange.ts';
import { UpstreamError } from './upstream.ts';

export type UpstreamCall = Readonly<{
  /** What it is for, as metrics and traces name it. */
  operation: string;
  method: 'GET' | 'POST' | 'PUT';
  origin: string;
  /** With the query. */
  path: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
  /** Whether it goes over a new connection; by default one that was idle will do. */
  isFresh?: boolean;
}>;

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
 * Connections that are kept and used again, one pool an origin, and for what asks for it one that is new: a request
 * with `reset` set never meets a connection that was idle, and leaves none behind.
 */
class Connections extends Dispatcher {
  readonly #kept: Agent;
  readonly #new: Agent;

  constructor(options: Agent.Options) {
    super();
    this.#kept = new Agent(options);
    this.#new = new Agent(options);
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    return (options.reset === true ? this.#new : this.#kept).dispatch(options, handler);
  }

  override async destroy(): Promise<void> {
    await Promise.all([this.#kept.destroy(), this.#new.destroy()]);
  }
}

/**
 * Sends one request and reads the whole answer, or fails by `deadline` (on the monotonic clock, in milliseconds).
 * Redirects are not followed.
 *
 * A request that waited for its connection until the deadline is not sent any more, not even by a process that
 * was paused in between: the check stands right where the request is written.
 *
 * @throws UpstreamError `unavailable`; `mayHaveHappened` says whether anything was sent. It has a cause if the
 * connection broke, or what it brought is broken; not if it took too long.
 */
export type Send = (call: UpstreamCall, deadline: number) => Promise<Answer>;

/** What sends requests over these connections. */
export function senderOf(dispatcher: Dispatcher, clock: Clock): Send {
  return function send(call, deadline) {
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(resolve, reject, () => clock.monotonic() >= deadline);
      const left = Math.max(0, deadline - clock.monotonic());
      exchange.ended = clock.after(left, () => {
        exchange.expire();
      });
      const { origin, path, method, headers, body = null, isFresh: reset = false } = call;
      dispatcher.dispatch({ origin, path, method, headers, body, reset, idempotent: false }, exchange);
    });
  };
}

/**
 * Sends what is safe to send twice: once more if its connection broke, and then over a new one, since others may be as
 * stale as the first. What an answer refuses, or time ends, is not sent again.
 *
 * @param attempt Sends it, over a new connection if that is asked for.
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
