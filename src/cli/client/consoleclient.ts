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
    return this.#ask<T>(this.#url(path, query), field, { method: 'GET' });
  }

  /** What became of a change, which has this field. */
  async post<T>(path: string, field: keyof T & string, body: object): Promise<T> {
    const headers = { 'content-type': 'application/json' };
    return this.#ask<T>(this.#url(path, {}), field, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  #url(path: string, query: ConsoleQuery): URL {
    const url = new URL(`api/v1/${path}`, this.#server);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value));
    return url;
  }

  async #ask<T>(
    url: URL,
    field: string,
    init: Readonly<{ method: string; headers?: object; body?: string }>,
  ): Promise<T> {
    const headers = {
      ...init.headers,
      accept: 'application/json',
      authorization: `Bearer ${await this.#token()}`,
    };
    // A redirect is not followed: whoever it leads to must not get the token.
    const signal = AbortSignal.timeout(this.#deadlineMs);
    const { status, body } = await this.#fetch(url, { ...init, headers, redirect: 'manual', signal });
    if (status < 200 || status > 299) throw refusalOf(status, body);
    if (typeof body !== 'object' || body === null || !(field in body))
      throw new CommandFailure('failed', foreign(status));
    return body as T;
  }

  async #fetch(url: URL, init: RequestInit): Promise<Readonly<{ status: number; body: unknown }>> {
    try {
      const answer = await fetch(url, init);
      return { status: answer.status, body: jsonOf(await answer.text()) };
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
