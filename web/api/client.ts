import { ApiFault, foreignAnswer, isProblem, unreachable } from './fault.ts';
import type {
  ActivityHour,
  BulkFilter,
  BulkResult,
  CheckResult,
  DeliveryDetails,
  DeliveryList,
  DeliveryView,
  Me,
  Definition,
  RehearsalResult,
  TenantView,
} from './types.ts';

type Fetch = (path: string, init: RequestInit) => Promise<Response>;
type Query = Readonly<Record<string, string | undefined>>;

/**
 * The console's API as the page asks it. A token that is typed in is held here and nowhere else, so that loading the
 * page again forgets it. Every method throws ApiFault.
 */
export class Client {
  readonly #fetch: Fetch;
  #token: string | undefined;
  #csrfToken: string | undefined;
  #onSignedOut: () => void = () => undefined;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** Uses this token from now on; undefined: the session of the browser, if there is one. */
  useToken(token: string | undefined): void {
    this.#token = token;
    this.#csrfToken = undefined;
  }

  /** Calls back when the gateway does not take the sign-in any more that it took before. */
  whenSignedOut(callback: () => void): void {
    this.#onSignedOut = callback;
  }

  async me(): Promise<Me> {
    const me = await this.#get<Me>('/api/v1/me');
    this.#csrfToken = me.csrf_token;
    return me;
  }

  /** Ends the session of the browser; gives where that has to go then, so that the provider ends its own. */
  async signOut(): Promise<string> {
    return (await this.#ask<{ redirect: string }>('POST', '/auth/sign-out')).redirect;
  }

  async tenants(): Promise<readonly TenantView[]> {
    return (await this.#get<{ tenants: TenantView[] }>('/api/v1/tenants')).tenants;
  }

  async activity(slug: string): Promise<readonly ActivityHour[]> {
    return (await this.#get<{ hours: ActivityHour[] }>(`/api/v1/tenants/${slug}/activity`)).hours;
  }

  /** `noun` is one of what they are definitions of, as in "reward". */
  async definitions(slug: string, noun: string): Promise<readonly Definition[]> {
    const path = `/api/v1/tenants/${slug}/${noun}-definitions`;
    return (await this.#get<{ definitions: Definition[] }>(path)).definitions;
  }

  check(slug: string, action: string, body: string): Promise<CheckResult> {
    return this.#post(`/api/v1/tenants/${slug}/checks`, { action, body });
  }

  rehearse(slug: string, action: string, body: string): Promise<RehearsalResult> {
    return this.#post(`/api/v1/tenants/${slug}/rehearsals`, { action, body });
  }

  deliveries(query: Query): Promise<DeliveryList> {
    return this.#get(`/api/v1/deliveries?${textOf(query)}`);
  }

  delivery(id: string, { payload = false } = {}): Promise<DeliveryDetails> {
    return this.#get(`/api/v1/deliveries/${id}${payload ? '?payload=true' : ''}`);
  }

  replay(id: string, why: string, body?: string): Promise<DeliveryView> {
    return this.#post(`/api/v1/deliveries/${id}/replay`, { why, ...(body !== undefined && { body }) });
  }

  discard(id: string, why: string): Promise<DeliveryView> {
    return this.#post(`/api/v1/deliveries/${id}/discard`, { why });
  }

  /** Replays or discards at most `limit` parked deliveries, or discards as many that are held. */
  bulk(change: 'replay' | 'discard', filter: BulkFilter, why: string, limit: number): Promise<BulkResult> {
    return this.#post(`/api/v1/deliveries/${change}`, { filter, why, limit });
  }

  #get<T>(path: string): Promise<T> {
    return this.#ask('GET', path);
  }

  #post<T>(path: string, body: object): Promise<T> {
    return this.#ask('POST', path, body);
  }

  async #ask<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await this.#send(method, path, body);
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok && answer !== undefined) return answer as T;
    if (response.status === 401) this.#onSignedOut();
    throw isProblem(answer) ? new ApiFault(answer) : foreignAnswer(response.status);
  }

  async #send(method: string, path: string, body?: object): Promise<Response> {
    const headers = {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
      ...(this.#csrfToken !== undefined && method !== 'GET' && { 'x-csrf-token': this.#csrfToken }),
    };
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    try {
      return await this.#fetch(path, { ...init, cache: 'no-store', credentials: 'same-origin' });
    } catch {
      // The browser says no more than that it failed.
      throw unreachable();
    }
  }
}

function textOf(query: Query): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => (pair[1] ?? '') !== '');
  return new URLSearchParams(given).toString();
}
