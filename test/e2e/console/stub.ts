/** The built page, and a stub of the API behind it that answers from the fixtures and remembers what it was asked. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa, { type Context } from 'koa';
import bodyParser from 'koa-bodyparser';
import { ConsoleProblem } from '../../../src/console/consoleproblem.ts';
import { pageFiles } from '../../../src/console/page/pagefiles.ts';
import type {
  Allowed,
  BulkFilter,
  CheckResult,
  DeliveryView,
  RehearsalResult,
} from '../../../web/api/types.ts';
import { ada, adas, definitions, deliveries, detailsOf, hoursOf, parkedBody, tenants } from './fixtures.ts';

/** A token, and what it may. */
export const tokens: Readonly<Record<string, readonly Allowed[]>> = {
  'operator-token-of-the-tests': ['list', 'get', 'update', 'delete', 'payload'],
  'viewer-token-of-the-tests': ['list', 'get'],
};

type Asked = Readonly<{ method: string; path: string; body: unknown }>;

const perPage = 50;
const faulty: CheckResult = {
  is_valid: false,
  detail: 'Fix data.amount.',
  errors: [
    {
      field: 'data.amount',
      code: 'not_a_number',
      hint: 'must be a plain number such as 25 or "25.0", without currency sign, thousands separator or exponent.',
    },
  ],
};

export class StubConsole {
  /** What was asked to be changed or checked. */
  readonly asked: Asked[] = [];
  readonly #server: Server;
  #deliveries = new Map<string, DeliveryView>();
  #isRevoked = false;

  private constructor(folder: string, options?: Readonly<{ hasSignIn: boolean }>) {
    const app = new Koa();
    app.use(bodyParser());
    app.use((ctx, next) => this.#answer(ctx, next));
    app.use(pageFiles(folder, options));
    this.#server = app.listen(0, '127.0.0.1');
    this.reset();
  }

  static async start(folder: string, options?: Readonly<{ hasSignIn: boolean }>): Promise<StubConsole> {
    const stub = new StubConsole(folder, options);
    await once(stub.#server, 'listening');
    return stub;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Everything as in the fixtures again. */
  reset(): void {
    this.#deliveries = new Map(deliveries.map((delivery) => [delivery.delivery_id, delivery]));
    this.#isRevoked = false;
    this.asked.length = 0;
  }

  /** No token holds any more. */
  revoke(): void {
    this.#isRevoked = true;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(ctx: Context, next: () => Promise<void>): Promise<void> {
    if (!ctx.path.startsWith('/api/')) return next();
    try {
      ctx.body = this.#answerOf(ctx);
    } catch (error) {
      if (!(error instanceof ConsoleProblem)) throw error;
      ctx.status = error.status;
      ctx.body = error.body('request-of-the-tests');
      ctx.type = 'application/problem+json';
    }
    return undefined;
  }

  #answerOf(ctx: Context): object {
    const allowed = this.#allowed(ctx);
    if (ctx.method === 'POST')
      this.asked.push({ method: ctx.method, path: ctx.path, body: ctx.request.body });
    const [, , , kind = '', name = '', what = ''] = ctx.path.split('/');
    if (kind === 'me') return { user: 'grace', signed_in_by: 'token' };
    if (kind === 'tenants' && name === '')
      return { tenants: tenants.map((tenant) => ({ ...tenant, allowed })) };
    if (kind === 'tenants') return this.#ofTenant(ctx, name, what);
    if (ctx.method === 'GET') return name === '' ? this.#list(ctx) : this.#one(ctx, name, allowed);
    return what === '' ? this.#bulk(ctx, name) : this.#change(ctx, name, what);
  }

  #allowed(ctx: Context): readonly Allowed[] {
    const allowed = tokens[ctx.get('authorization').replace(/^Bearer /, '')];
    if (allowed === undefined || this.#isRevoked) throw new ConsoleProblem('unauthenticated');
    return allowed;
  }

  #ofTenant(ctx: Context, slug: string, what: string): object {
    if (what === 'activity') return { hours: hoursOf(slug) };
    if (what === 'reward-definitions' && slug === 'acme') return { definitions };
    if (what === 'reward-definitions') throw new ConsoleProblem('upstream_unavailable');
    const { body } = ctx.request.body as { body: string };
    if (what === 'rehearsals') return rehearsalOf(body);
    if (body.includes('$')) return faulty;
    return { is_valid: true, has_id: body.includes('"id"') };
  }

  #list(ctx: Context): object {
    const { cursor = '0', limit = String(perPage) } = ctx.query as Record<string, string>;
    const found = this.#found(ctx.query);
    const from = Number(cursor);
    const end = from + Number(limit);
    return { deliveries: found.slice(from, end), ...(found.length > end && { next_cursor: String(end) }) };
  }

  #found(filter: Partial<BulkFilter> & Readonly<{ state?: string }>): readonly DeliveryView[] {
    const { tenant, state, reason, email, person_id: person, id } = filter;
    const isAdas = email === ada.email || person === ada.person;
    return [...this.#deliveries.values()].filter(
      (one) =>
        (tenant === undefined || one.tenant === tenant) &&
        (state === undefined || one.state === state) &&
        (reason === undefined || one.reason === reason) &&
        (id === undefined || one.external_id === id) &&
        ((email ?? person) === undefined || (isAdas && one.delivery_id === adas.delivery_id)),
    );
  }

  #one(ctx: Context, id: string, allowed: readonly Allowed[]): object {
    const details = detailsOf(this.#get(id), allowed);
    return ctx.query['payload'] === 'true' ? { ...details, payload: parkedBody } : details;
  }

  #change(ctx: Context, id: string, change: string): object {
    const { body } = ctx.request.body as { body?: string };
    if (body?.includes('$') === true)
      throw new ConsoleProblem('invalid_payload', { errors: faulty.errors ?? [] });
    const delivery = this.#get(id);
    if (delivery.state !== 'parked' && delivery.reason !== 'held') throw new ConsoleProblem('conflict');
    const changed = changedBy(delivery, change);
    this.#deliveries.set(id, changed);
    return changed;
  }

  #bulk(ctx: Context, change: string): object {
    const { filter, limit } = ctx.request.body as { filter: BulkFilter; limit: number };
    const found = this.#found({ ...filter, state: 'parked' });
    for (const one of found.slice(0, limit)) this.#deliveries.set(one.delivery_id, changedBy(one, change));
    return { count: Math.min(found.length, limit), has_more: found.length > limit };
  }

  #get(id: string): DeliveryView {
    const delivery = this.#deliveries.get(id);
    if (delivery === undefined) throw new ConsoleProblem('not_found');
    return delivery;
  }
}

function rehearsalOf(body: string): RehearsalResult {
  const { detail = '', errors = [] } = faulty;
  if (body.includes('$')) return { would: 'fail', status: 400, code: 'invalid_payload', detail, errors };
  const summary = { reward_definition_id: 42, amount: 10 };
  return { would: 'create', matched_by: 'email', external_id: 'order-7', summary };
}

function changedBy(delivery: DeliveryView, change: string): DeliveryView {
  if (change === 'discard') return { ...delivery, state: 'discarded', reason: 'decided', can_open: false };
  return { ...delivery, state: 'waiting', reason: 'replayed', next_attempt_at: delivery.since };
}
