/** The console's API over real HTTP, on deliveries in memory. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { request } from 'undici';
import { forEachKind } from '../../src/omneo/kinds.ts';
import type { Resources } from '../../src/omneo/resources/resources.ts';
import { rewardsAction } from '../../src/actions/rewards/rewardsaction.ts';
import type { Permission } from '../../src/console/access/access.ts';
import type { ConsoleAccess } from '../../src/console/access/consoleaccess.ts';
import type { ApiParts } from '../../src/console/api/apiparts.ts';
import { createConsoleApp } from '../../src/console/app.ts';
import { toIdempotentRequest } from '../../src/delivery/idempotentrequest.ts';
import { toStoredRequest } from '../../src/delivery/storedrequest.ts';
import type { DeliveryRecord } from '../../src/ledger/deliveries/deliveryadmin.ts';
import { Keyring } from '../../src/ledger/seal/keyring.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { Registry } from '../../src/tenants/registry.ts';
import { type Tenant, tenantBehind } from '../../src/tenants/tenant.ts';
import { omneoTenant, policy, secretsWith } from '../tenants/support.ts';
import { registrationOf } from '../../src/tenants/resolve.ts';
import { evidence } from '../support/evidence.ts';
import { type Lines, logInto } from '../support/loglines.ts';
import { MemoryDeliveries, type StoredRow } from '../support/memorydeliveries.ts';
import { keysOf } from '../ledger/seal/samples.ts';
import { deviationsOf } from './openapidocument.ts';

/** Who may what in which namespace; `*` is every namespace. */
export type Roles = Readonly<Record<string, Readonly<Record<string, readonly Permission[]>>>>;

const all: readonly Permission[] = ['list', 'get', 'update', 'delete', 'payload'];

/** `grace` may everything. */
export const everything: Roles = { grace: { '*': all } };

export type ApiAnswer = Readonly<{
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  json: Record<string, unknown>;
}>;

type Ask = Readonly<{
  /** Who asks; default grace, and null is nobody. */
  as?: string | null;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  /** Sent as it is, in the place of `body`. */
  raw?: string;
}>;

export class ApiBench {
  readonly lines: Lines = [];
  readonly changes: unknown[][] = [];
  readonly registry = new Registry();
  #keys = keysOf(1);
  readonly keyring = new Keyring(() => this.#keys);
  readonly admin: MemoryDeliveries;
  readonly action = rewardsAction();
  roles: Roles = everything;
  /** What is waited for before a question about a role is answered. */
  beforeRole: (namespace: string) => Promise<void> = () => Promise.resolve();
  counts: ReturnType<ApiParts['countsOf']> = [];
  definitions: Resources['listDefinitions'] = () => Promise.resolve([]);
  rehearse: ApiParts['rehearse'] = () => Promise.reject(new Error('nobody has said how it ends'));
  /** What is spent of budgets. */
  spent: ApiParts['ledger']['spent'] = () => Promise.reject(new Error('nobody asks without a budget'));
  /** In milliseconds since the epoch. */
  now = Date.parse('2026-03-01T10:20:00Z');
  readonly parts: ApiParts;
  readonly #server;
  #url = '';

  constructor(parts: Partial<Pick<ApiParts, 'publicURL'>> = {}) {
    this.admin = new MemoryDeliveries(() => this.now);
    this.registry.setComplete(true);
    this.register('acme');
    this.parts = {
      registry: this.registry,
      admin: this.admin,
      keyring: this.keyring,
      actions: [this.action],
      rehearse: (pasted) => this.rehearse(pasted),
      ledger: { spent: (budgets) => this.spent(budgets) },
      omneoOf: () => forEachKind(() => ({ listDefinitions: () => this.definitions() })),
      countsOf: (tenant) => this.counts.filter((count) => count.tenant === tenant),
      publicURL: parts.publicURL,
      clock: { ...systemClock, now: () => this.now, monotonic: () => this.now },
      log: logInto(this.lines),
      onChange: (...change) => {
        this.changes.push(change);
      },
    };
    const app = createConsoleApp({ access: this.#access(), api: this.parts });
    const listener = app.callback();
    this.#server = createServer((request, response) => void listener(request, response));
  }

  /** Who asks is whom the request says that it is from. */
  #access(): ConsoleAccess {
    return {
      authenticators: [
        {
          identify: ({ headers: { 'x-test-user': user } }) =>
            Promise.resolve(
              typeof user === 'string' ? { user, groups: [], signedInBy: 'token' as const } : undefined,
            ),
        },
      ],
      authorizer: {
        allows: async (identity, permission, namespace) => {
          await this.beforeRole(namespace);
          const roles = this.roles[identity.user] ?? {};
          return (roles[namespace] ?? roles['*'] ?? []).includes(permission);
        },
      },
    };
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
    evidence.push(...this.lines.map((line) => JSON.stringify(line)));
  }

  /** Asks the API; whatever it answers has to be as docs/openapi.yaml says. */
  async ask(
    method: string,
    target: string,
    { as = 'grace', body, headers, raw }: Ask = {},
  ): Promise<ApiAnswer> {
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const answer = await request(this.#url + target, {
      method: method as 'GET',
      headers: {
        ...(as !== null && { 'x-test-user': as }),
        ...(sent !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(sent !== undefined && { body: sent }),
    });
    const text = await answer.body.text();
    const received: unknown = text === '' ? undefined : JSON.parse(text);
    const contentType = String(answer.headers['content-type']);
    const exchange = { method, target, sent: body, status: answer.statusCode, contentType, received };
    expect(deviationsOf(exchange), `${method} ${target}: ${text}`).to.deep.equal([]);
    if (!target.includes('payload=true')) evidence.push(text);
    return {
      status: answer.statusCode,
      headers: answer.headers,
      json: received as Record<string, unknown>,
    };
  }

  get(target: string, options: Ask = {}): Promise<ApiAnswer> {
    return this.ask('GET', target, options);
  }

  post(target: string, body: unknown, options: Ask = {}): Promise<ApiAnswer> {
    return this.ask('POST', target, { body, ...options });
  }

  /** The tenant with this slug as it would be served. */
  tenant(slug = 'acme'): Tenant {
    const tenant = tenantBehind(this.registry.get(slug));
    if (tenant === undefined) throw new Error(`no tenant ${slug}`);
    return tenant;
  }

  /** Begins with another sealing key; the one before still opens, unless it is taken away. */
  rotateKeys({ isFirstKept = true } = {}): void {
    this.#keys = isFirstKept ? keysOf(2, 1) : keysOf(2);
  }

  /** Registers an OmneoTenant `<namespace>/<slug>`. */
  register(slug: string, namespace = 'loyalty', spec: Parameters<typeof omneoTenant>[0] = {}): void {
    const object = omneoTenant(spec, { name: slug, namespace });
    this.registry.put(registrationOf(object, secretsWith(), policy));
  }

  /** Stores a webhook, parked unless `changes` say otherwise; gives its row. */
  park(body: object, changes: Partial<DeliveryRecord> = {}): StoredRow {
    const { tenant: slug = 'acme' } = changes;
    const raw = JSON.stringify(body);
    const tenant = this.tenant(slug);
    const request = toIdempotentRequest(tenant, this.action.parse(body, tenant), raw, 'test');
    const { delivery, key, fingerprint } = toStoredRequest(request, {
      raw,
      tenant,
      keyring: this.keyring,
    }).entry;
    if (delivery === undefined) throw new Error('it is stored');
    return this.#add(
      { ...delivery, context: { tenant: slug, key }, fingerprint },
      { reason: 'profile_not_found', ...changes },
    );
  }

  /** Stores a body as it came that no rule takes. */
  parkRefused(raw: string, changes: Partial<DeliveryRecord> = {}): StoredRow {
    const context = { tenant: 'acme', key: `rewards/parked/${randomUUID()}` };
    const webhook = this.keyring.seal(raw, context);
    const digests = { id: null, person: null, email: null };
    const delivery = { id: randomUUID(), action: 'rewards', webhook, summary: '{}', digests };
    return this.#add({ ...delivery, context, fingerprint: '' }, { reason: 'invalid_payload', ...changes });
  }

  #add(
    stored: Pick<StoredRow, 'digests' | 'fingerprint'> &
      Readonly<{ id: string; action: string; webhook: Uint8Array; summary: string }> &
      Readonly<{ context: { tenant: string; key: string } }>,
    changes: Partial<DeliveryRecord>,
  ): StoredRow {
    const { id, action, webhook, summary, digests, context, fingerprint } = stored;
    const row: StoredRow = {
      record: {
        ...{ id, tenant: context.tenant, action, summary, state: 'parked', reason: null, externalId: null },
        ...{ receipt: null, since: this.now, attempts: 1, dueAt: null, keptUntil: null, hasWebhook: true },
        ...changes,
      },
      events: [{ at: this.now, kind: 'arrived' }],
      digests,
      sealed: { webhook, context },
      fingerprint,
    };
    this.admin.rows.push(row);
    return row;
  }
}
