import { CommandFailure, systemCode } from '../exit.ts';
import { foreign, refusalOf } from './refusal.ts';

/** What a request asks by: an absent value does not matter. */
export type ConsoleQuery = Readonly<Record<string, string | number | boolean | undefined>>;

type ClientParts = Readonly<{ server: URL; token: () => Promise<string>; deadlineMs?: number }>;

/** The console's API, as commands ask it. Every method throws CommandFailure when it is not answered as was asked. */
export class ConsoleClient {
  readonly #server: URL;
  readonly #token: () => Promise<string>;
  readonly #deadlineMs: number;

  constructor({ server, token, deadlineMs = 10_000 }: ClientParts) {
    this.#server = server;
    this.#token = token;
    this.#deadlineMs = deadlineMs;
  }

  /** The document at a path below `api/v1/`, which has this field. */
  async get<T>(path: string, field: keyof T & string, query: ConsoleQuery = {}): Promise<T> {
    return (await this.#ask(this.#url(path, query), field, { method: 'GET' })).document as T;
  }

  /** What time it is for the console, in milliseconds since the epoch: the second that began last. */
  async time(): Promise<number> {
    const { date } = await this.#ask(this.#url('me', {}), 'user', { method: 'GET' });
    const time = Date.parse(date);
    if (Number.isNaN(time))
      throw new CommandFailure('failed', 'The server did not say what time it is, by a header Date.');
    return time;
  }

  /** What became of a change, which has this field. */
  async post<T>(path: string, field: keyof T & string, body: object): Promise<T> {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    return (await this.#ask(this.#url(path, {}), field, init)).document as T;
  }

  #url(path: string, query: ConsoleQuery): URL {
    const url = new URL(`api/v1/${path}`, this.#server);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value));
    return url;
  }

  async #ask(
    url: URL,
    field: string,
    init: Readonly<{ method: string; headers?: object; body?: string }>,
  ): Promise<Readonly<{ document: object; date: string }>> {
    const headers = {
      ...init.headers,
      accept: 'application/json',
      authorization: `Bearer ${await this.#token()}`,
    };
    // A redirect is not followed: whoever it leads to must not get the token.
    const signal = AbortSignal.timeout(this.#deadlineMs);
    const answer = await this.#fetch(url, { ...init, headers, redirect: 'manual', signal });
    const { status, body, date } = answer;
    if (status < 200 || status > 299) throw refusalOf(status, body);
    if (typeof body !== 'object' || body === null || !(field in body))
      throw new CommandFailure('failed', foreign(status));
    return { document: body, date };
  }

  async #fetch(
    url: URL,
    init: RequestInit,
  ): Promise<Readonly<{ status: number; body: unknown; date: string }>> {
    try {
      const answer = await fetch(url, init);
      const date = answer.headers.get('date') ?? '';
      return { status: answer.status, body: jsonOf(await answer.text()), date };
    } catch (error) {
      throw new CommandFailure('unreachable', `${url.origin} ${this.#whyNot(error)}.`, error);
    }
  }

  #whyNot(error: unknown): string {
    const { name, cause } = error as Error;
    if (name === 'TimeoutError') return `did not answer within ${this.#deadlineMs / 1000} s`;
    return `cannot be reached (${systemCode(cause ?? error)})`;
  }
}

/** Undefined for a text that is not JSON: it is not the console who answered. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
