import type { Clock } from '../../lib/clock.ts';
import { isRecord, numberOf, parseExact } from '../../lib/exactjson.ts';
import type { Answer } from './exchange.ts';
import type { CallCounter } from '../pace/pace.ts';
import type { TokenSource } from '../token/token.ts';
import { type Send, type UpstreamCall, sendAgainIfBroken } from './transport.ts';
import { UpstreamError, throttledSeconds } from './upstream.ts';

export type Operation =
  | 'profiles.search-id'
  | 'profiles.list'
  | 'identities.list'
  | 'rewards.list'
  | 'rewards.create'
  | 'rewards.get'
  | 'definitions.list'
  | 'definitions.get'
  | 'benefits.list'
  | 'benefits.create'
  | 'benefits.get'
  | 'benefit-definitions.list'
  | 'benefit-definitions.get'
  | 'credits.list'
  | 'credits.create'
  | 'credits.get'
  | 'credit-definitions.list'
  | 'credit-definitions.get'
  | 'interactions.list'
  | 'interactions.create'
  | 'attributes.get'
  | 'attributes.set';

export type OmneoRequest = Readonly<{
  operation: Operation;
  method: 'GET' | 'POST' | 'PUT';
  /** Below the base URL, as in `/rewards`. */
  path: string;
  /** Whether it may reach Omneo twice: a read may, and what makes something never, since Omneo may have done it. */
  resend: 'safe' | 'never';
  query?: Readonly<Record<string, string>>;
  body?: object;
  /** On the monotonic clock; by default one upstream time-out from now. */
  deadline?: number;
}>;

/** An answer that the caller has to understand: any 2xx, or a 4xx that speaks of the request. `json` is undefined unless the body is JSON, whose numbers are as `parseExact` gives them. */
type OmneoAnswer = Readonly<{ status: number; json: unknown }>;

export type ObserveCall = (call: { operation: Operation; code: string; seconds: number }) => void;

type Options = Readonly<{
  baseURL: string;
  tokens: TokenSource;
  send: Send;
  clock: Clock;
  timeoutMs: number;
  observe: ObserveCall;
  calls: CallCounter;
}>;

/** 4xx that are an answer to the request itself, which the caller reads. */
export const statusesOfAnswers: ReadonlySet<number> = new Set([400, 404, 422]);

/** Speaks HTTP with one tenant's Omneo: authenticates, bounds, counts, and says what each answer means. */
export class OmneoClient {
  readonly #options: Options;
  readonly #base: Readonly<{ origin: string; prefix: string }>;

  constructor(options: Options) {
    this.#options = options;
    const { origin, pathname } = new URL(options.baseURL);
    this.#base = { origin, prefix: pathname.replace(/\/$/, '') };
  }

  /**
   * Sends one request. What is safe to resend is sent once more after its connection broke, and after a 401, with a
   * fresh token if the tenant's are not static; what is not is sent once at most.
   *
   * @throws UpstreamError for everything but 2xx, 400, 404 and 422. It has `mayHaveHappened` unless nothing was sent:
   * any other status may come from a proxy that had let the request through.
   */
  async request(request: OmneoRequest): Promise<OmneoAnswer> {
    const { clock, timeoutMs } = this.#options;
    const deadline = request.deadline ?? clock.monotonic() + timeoutMs;
    const first = await this.#authenticated(request, deadline, false);
    const isRepeated = first.status === 401 && request.resend === 'safe';
    return interpret(isRepeated ? await this.#authenticated(request, deadline, true) : first, clock);
  }

  async #authenticated(request: OmneoRequest, deadline: number, again: boolean): Promise<Answer> {
    const { tokens } = this.#options;
    const token = await tokens.get();
    const answer = await this.#exchange(request, token, deadline);
    if (answer.status === 401) tokens.refuse(token, again);
    else tokens.accept(token);
    return answer;
  }

  #exchange(request: OmneoRequest, token: string, deadline: number): Promise<Answer> {
    const call = this.#call(request, token);
    const attempt = (isFresh: boolean) =>
      this.#send(request.operation, isFresh ? { ...call, isFresh } : call, deadline);
    return request.resend === 'safe' ? sendAgainIfBroken(attempt) : attempt(false);
  }

  async #send(operation: Operation, call: UpstreamCall, deadline: number): Promise<Answer> {
    const { send, clock, observe, calls } = this.#options;
    const begun = clock.monotonic();
    const sentAt = calls.called();
    let code = 'error';
    try {
      const answer = await send(call, deadline);
      calls.answered(sentAt, answer);
      code = String(answer.status);
      return answer;
    } finally {
      observe({ operation, code, seconds: (clock.monotonic() - begun) / 1000 });
    }
  }

  #call({ operation, method, path, query, body }: OmneoRequest, token: string): UpstreamCall {
    const { origin, prefix } = this.#base;
    const search = query === undefined ? '' : `?${new URLSearchParams(query).toString()}`;
    const to = { operation, method, origin, path: prefix + path + search };
    // Without this Accept header Laravel may answer a refusal with a redirect.
    const headers = {
      accept: 'application/json',
      'accept-encoding': 'identity',
      authorization: `Bearer ${token}`,
      'user-agent': 'omneo-gateway',
    };
    if (body === undefined) return { ...to, headers };
    return {
      ...to,
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
  }
}

function interpret({ status, header, text }: Answer, clock: Clock): OmneoAnswer {
  if ((status >= 200 && status < 300) || statusesOfAnswers.has(status)) return { status, json: parse(text) };
  const details = { mayHaveHappened: true, status };
  switch (status) {
    case 401:
      throw new UpstreamError('refused', "Omneo refuses the tenant's token", details);
    case 403:
      throw new UpstreamError('refused', 'Omneo answered 403', details);
    case 429: {
      const retryAfter = throttledSeconds(header('retry-after'), clock.now());
      throw new UpstreamError('throttled', 'Omneo answered 429', { ...details, retryAfter });
    }
    default:
      throw new UpstreamError('unavailable', `Omneo answered ${status}`, details);
  }
}

function parse(text: string): unknown {
  try {
    return parseExact(text);
  } catch {
    return undefined; // Proxies answer HTML, and some routes answer nothing: the caller sees that there is no JSON.
  }
}

/**
 * The rows of an Omneo answer, whose `data` may be a list, one object, `{}` or null.
 *
 * @returns undefined when there is no `data` to speak of, when a list holds anything but objects and null, and when
 * none is shown though `meta.total` counts some.
 */
export function rowsOf(json: unknown): readonly Readonly<Record<string, unknown>>[] | undefined {
  if (!isRecord(json) || json['data'] === undefined) return undefined;
  const rows = listed(json['data']);
  return rows?.length === 0 && totalOf(json) > 0 ? undefined : rows;
}

/** Whether a list shows all that it counts: nothing in it is left blank, and `meta.total` names no other number. */
export function isWhole(json: unknown): boolean {
  if (!isRecord(json)) return false;
  const { data } = json;
  const total = totalOf(json);
  return Array.isArray(data) && !data.includes(null) && (Number.isNaN(total) || total === data.length);
}

function listed(data: unknown): readonly Readonly<Record<string, unknown>>[] | undefined {
  if (data === null) return [];
  if (isRecord(data)) return isEmpty(data) ? [] : [data];
  if (!Array.isArray(data)) return undefined;
  const shown = data.filter((row) => row !== null);
  return shown.every(isRecord) ? shown : undefined;
}

function isEmpty(row: object): boolean {
  for (const _ in row) return false;
  return true;
}

/** Whether the answer says that no page follows; one that says nothing is not paged. */
export function isLastPage(json: unknown): boolean {
  const meta = isRecord(json) && isRecord(json['meta']) ? json['meta'] : {};
  const [current, last] = [numberOf(meta['current_page']), numberOf(meta['last_page'])];
  return !(current < last);
}

/** How many rows the answer counts on all its pages; NaN if it counts none. */
export function totalOf(json: unknown): number {
  const meta = isRecord(json) ? json['meta'] : undefined;
  return isRecord(meta) ? numberOf(meta['total']) : Number.NaN;
}
