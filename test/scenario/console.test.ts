/** "Why did Ada not get her reward?": the console's API of a whole gateway, on a real SQLite file in front of the sandbox. */
import { join } from 'node:path';
import { expect } from 'chai';
import { type Sandbox, startSandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import type { Permission } from '../../src/console/access/access.ts';
import type { ConsoleAccess } from '../../src/console/access/consoleaccess.ts';
import { openKeyring } from '../../src/ledger/seal/openkeyring.ts';
import { SqliteAddress } from '../../src/ledger/sqlite/address.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/opensqlite.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { deviationsOf } from '../console/openapidocument.ts';
import { newFolder, silent } from '../ledger/sqlite/bench.ts';
import { eventually } from '../support/eventually.ts';
import { type Gateway, type Reply, startGateway } from '../support/gateway.ts';
import { countsBy } from '../support/prometheus.ts';
import { webhook } from '../support/webhooks.ts';

const times = { leaseMs: 1500, settleWindowMs: 300, retentionMs: 72 * 3_600_000 };
const nobody = { person_id: '01NOBODY', email: 'nobody@example.com' };
const why = 'asked by support';

const roles: Readonly<Record<string, readonly Permission[]>> = {
  viewer: ['list', 'get'],
  operator: ['list', 'get', 'update', 'delete', 'payload'],
};

/** Who asks is named by the token, and has a role in the namespace of the tests' tenants. */
const access: ConsoleAccess = {
  authenticators: [
    {
      identify: ({ headers: { authorization = '' } }) =>
        Promise.resolve({ user: authorization.replace('Bearer ', ''), groups: [], signedInBy: 'token' }),
    },
  ],
  authorizer: {
    allows: ({ user }, permission, namespace) =>
      Promise.resolve(namespace === 'default' && roles[user]?.includes(permission) === true),
  },
};

type Answer = Readonly<{ status: number; json: Record<string, unknown> }>;

describe('The console of a gateway', () => {
  let folder: Awaited<ReturnType<typeof newFolder>>;
  let sandbox: Sandbox;
  let gateway: Gateway;

  beforeEach(async () => {
    folder = await newFolder();
    sandbox = await startSandbox({ tenants: sample });
    const address = SqliteAddress.parse(`sqlite:${join(folder.path, 'ledger.db')}`);
    const ledger = await openSqliteLedger({ address, times, clock: systemClock, log: silent });
    const keyring = await openKeyring({ address, keyFile: undefined, clock: systemClock, log: silent });
    const env = { LEDGER_URL: `sqlite:${address.path}`, LEASE_MS: '1500', SETTLE_WINDOW_MS: '300' };
    const more = { UPSTREAM_TIMEOUT_MS: '1000', ANSWER_DEADLINE_MS: '900' };
    // With so little jitter a pause of seconds is one of milliseconds.
    const parts = { ledger, access, random: () => 0.01, ...(keyring !== undefined && { keyring }) };
    gateway = await startGateway({ ...env, ...more }, parts);
    gateway.tenant('acme', { baseURL: sandbox.baseURL('acme') });
  });
  afterEach(async () => {
    await sandbox.close();
    await gateway.stop();
    await folder.remove();
  });

  const post = (body: unknown): Promise<Reply> => gateway.post('acme', body);

  /** Asks the console as one of the roles; whatever it answers has to be as docs/openapi.yaml says. */
  const ask = async (method: string, path: string, sent?: unknown, as = 'operator'): Promise<Answer> => {
    const target = `/api/v1/${path}`;
    const answer = await fetch(`${gateway.consoleURL ?? ''}${target}`, {
      method,
      headers: { authorization: `Bearer ${as}`, 'content-type': 'application/json' },
      ...(sent !== undefined && { body: JSON.stringify(sent) }),
    });
    const json = (await answer.json()) as Record<string, unknown>;
    const contentType = answer.headers.get('content-type') ?? '';
    const exchange = { method, target, sent, status: answer.status, contentType, received: json };
    expect(deviationsOf(exchange), JSON.stringify(json)).to.deep.equal([]);
    return { status: answer.status, json };
  };
  const done = async (...asked: Parameters<typeof ask>): Promise<Record<string, unknown>> => {
    const { status, json } = await ask(...asked);
    expect(status, JSON.stringify(json)).to.equal(200);
    return json;
  };
  const found = async (query: string): Promise<string[]> => {
    const { deliveries } = (await done('GET', `deliveries?tenant=acme&${query}`)) as {
      deliveries: { delivery_id: string }[];
    };
    return deliveries.map(({ delivery_id: id }) => id);
  };
  const stateOf = async (id: string): Promise<unknown> => {
    const { delivery } = (await done('GET', `deliveries/${id}`)) as { delivery: { state: unknown } };
    return delivery.state;
  };
  const becomes = (id: string, state: string): Promise<void> =>
    eventually(async () => {
      expect(await stateOf(id)).to.equal(state);
    });
  /** Parks a webhook for somebody whom Omneo does not know; gives its body and its delivery. */
  const park = async (): Promise<Readonly<{ body: Record<string, unknown>; id: string }>> => {
    const body = webhook(nobody);
    const reply = await post(body);
    expect(reply.status, reply.text).to.equal(404);
    return { body, id: String(reply.json['delivery_id']) };
  };

  it('finds a parked webhook by the e-mail, and tells what has happened to it', async () => {
    const { id, body } = await park();
    expect(await found('email=Nobody@Example.com')).to.deep.equal([id]);
    expect(await found(`id=${String(body['id'])}`)).to.deep.equal([id]);
    expect(await found('person_id=01NOBODY&state=parked&reason=profile_not_found')).to.deep.equal([id]);
    expect(await found('email=ada@example.com')).to.deep.equal([]);
    const { events, delivery } = (await done('GET', `deliveries/${id}`)) as {
      events: Record<string, unknown>[];
      delivery: object;
    };
    expect(delivery).to.include({ state: 'parked', reason: 'profile_not_found', can_open: true });
    expect(events.map(({ kind, result, code }) => [kind, result, code])).to.deep.equal([
      ['arrived', undefined, undefined],
      ['attempted', 'profile_not_found', 'profile_not_found'],
    ]);
    const { payload } = await done('GET', `deliveries/${id}?payload=true`);
    expect(JSON.parse(String(payload))).to.deep.equal(body);
  });

  it('replays it with a corrected body, once and under the same id', async () => {
    const { id, body } = await park();
    const corrected = { ...webhook({ id: body['id'] }), data: { reward_definition_id: 42, amount: 25 } };
    const replay = { why, body: JSON.stringify(corrected) };
    expect(
      (await ask('POST', `deliveries/${id}/replay`, { why, body: JSON.stringify(webhook()) })).status,
    ).to.equal(422);
    expect(await done('POST', `deliveries/${id}/replay`, replay)).to.include({
      delivery_id: id,
      state: 'waiting',
    });
    await becomes(id, 'issued');
    expect(
      sandbox.rewards('acme').map(({ value_initial: value, external_id: key }) => [value, key]),
    ).to.deep.equal([[25, body['id']]]);
    expect((await post(corrected)).json).to.include({ status: 'duplicate' });
    expect((await post(body)).json).to.include({ code: 'id_reused' });
    expect((await ask('POST', `deliveries/${id}/replay`, replay)).status).to.equal(409);
    expect(sandbox.rewards('acme').length).to.equal(1);
  });

  it('replays what was parked once its cause is gone', async () => {
    const { id } = await park();
    sandbox.addProfiles('acme', [
      { email: nobody.email, identities: [{ handle: 'klaviyo', identifier: nobody.person_id }] },
    ]);
    const bulk = { filter: { tenant: 'acme', email: nobody.email }, why };
    expect(await done('POST', 'deliveries/replay', bulk)).to.deep.equal({ count: 1, has_more: false });
    await becomes(id, 'issued');
    const { events, delivery } = (await done('GET', `deliveries/${id}`)) as {
      events: Record<string, unknown>[];
      delivery: { result: object };
    };
    expect(events.map(({ kind, by, result }) => [kind, by ?? result])).to.deep.equal([
      ['arrived', undefined],
      ['attempted', 'profile_not_found'],
      ['replayed', 'operator'],
      ['attempted', 'issued'],
    ]);
    expect(delivery.result).to.include({ matched_by: 'klaviyo' }).and.have.property('reward_id');
  });

  it('replays a body that was no JSON once somebody has mended it', async () => {
    const reply = await post('{"id": "mended", "email": , }');
    expect(reply.status).to.equal(400);
    const id = String(reply.json['delivery_id']);
    const body = JSON.stringify(webhook({ id: 'mended' }));
    expect(await done('POST', `deliveries/${id}/replay`, { why, body })).to.include({ state: 'waiting' });
    await eventually(() => {
      expect(sandbox.rewards('acme').map(({ external_id: key }) => key)).to.deep.equal(['mended']);
    });
    await eventually(async () => {
      const [issued] = await found('id=mended');
      expect(await stateOf(issued ?? '')).to.equal('issued');
    });
  });

  it('discards what nobody is to get, and takes it again when it comes anew', async () => {
    const { id, body } = await park();
    expect(await done('POST', `deliveries/${id}/discard`, { why })).to.include({
      ...{ state: 'discarded', reason: 'decided', can_open: false },
    });
    expect((await ask('POST', `deliveries/${id}/discard`, { why })).status).to.equal(409);
    expect(await done('GET', `deliveries/${id}?payload=true`)).to.include({ payload_fault: 'erased' });
    expect((await post(body)).status).to.equal(404);
    expect(await stateOf(id)).to.equal('parked');
  });

  it('forgets a person, and still issues nothing to them twice', async () => {
    const issued = webhook();
    expect((await post(issued)).status).to.equal(200);
    const { id } = await park();
    const both = { tenant: 'acme', email: nobody.email, person_id: '01ACMEADA' };
    await eventually(async () => {
      expect(await done('POST', 'erasures', both)).to.include({ under_way: 0 });
    });
    expect(await found('email=nobody@example.com')).to.deep.equal([]);
    expect(await found('person_id=01ACMEADA')).to.deep.equal([]);
    expect(await stateOf(id)).to.equal('discarded');
    expect((await post(issued)).json).to.include({ status: 'duplicate' });
    expect(sandbox.rewards('acme').length).to.equal(1);
  });

  it('shows a viewer everything but webhooks, and lets an operator change what a viewer may not', async () => {
    const { id } = await park();
    const bulk = { filter: { tenant: 'acme' }, why };
    for (const [method, path, body, viewer, stranger] of [
      ['GET', 'deliveries?tenant=acme', undefined, 200, 404],
      ['GET', `deliveries/${id}`, undefined, 200, 404],
      ['GET', `deliveries/${id}?payload=true`, undefined, 403, 404],
      ['GET', 'tenants/acme/activity', undefined, 200, 404],
      ['GET', 'tenants/acme/reward-definitions', undefined, 200, 404],
      ['POST', `deliveries/${id}/replay`, { why }, 403, 404],
      ['POST', `deliveries/${id}/discard`, { why }, 403, 404],
      ['POST', 'deliveries/replay', bulk, 403, 404],
      ['POST', 'deliveries/discard', bulk, 403, 404],
      ['POST', 'erasures', { tenant: 'acme', email: nobody.email }, 403, 404],
      ['POST', 'tenants/acme/rehearsals', { action: 'rewards', body: '{}' }, 403, 404],
    ] as const) {
      expect((await ask(method, path, body, 'viewer')).status, `viewer ${method} ${path}`).to.equal(viewer);
      expect((await ask(method, path, body, 'stranger')).status, `stranger ${method} ${path}`).to.equal(
        stranger,
      );
    }
    expect(await stateOf(id)).to.equal('parked');
    expect((await ask('GET', 'tenants', undefined, 'stranger')).json).to.deep.equal({ tenants: [] });
  });

  it('logs and counts who has changed what, and counts what is parked', async () => {
    const { id } = await park();
    await done('POST', `deliveries/${id}/replay`, { why });
    const line = gateway.logs.find(({ msg }) => msg === 'deliveries changed');
    expect(line).to.include({ user: 'operator', change: 'replayed', tenant: 'acme', delivery_id: id, why });
    const counts = countsBy(
      await gateway.metrics(),
      'omneo_gateway_delivery_changes_total',
      'tenant',
      'change',
    );
    expect(counts).to.deep.equal({ 'acme/replayed': 1 });
    await becomes(id, 'parked');
    const { hours } = (await done('GET', 'tenants/acme/activity')) as { hours: Record<string, unknown>[] };
    expect(hours.at(-1)).to.include({ issued: 0, unfinished: 0, parked: 1, discarded: 0 });
  });

  it('shows what a budget has held, and lets one pass it', async () => {
    gateway.tenant('acme', {
      baseURL: sandbox.baseURL('acme'),
      spec: { limits: { perDay: { rewards: 1 } } },
    });
    const spent = async (): Promise<unknown> => {
      const { tenants } = (await done('GET', 'tenants')) as { tenants: { budgets: { spent: unknown }[] }[] };
      return tenants[0]?.budgets[0]?.spent;
    };
    expect(await spent()).to.equal(0);
    expect((await post(webhook())).json).to.include({ status: 'created' });
    expect(await spent()).to.equal(1);
    const { status, json } = await post(webhook());
    expect(status).to.equal(202);
    const id = String(json['delivery_id']);
    await eventually(async () => {
      expect(await found('state=waiting&reason=held')).to.deep.equal([id]);
    });
    const rehearsal = { action: 'rewards', body: JSON.stringify(webhook()) };
    expect(await done('POST', 'tenants/acme/rehearsals', rehearsal)).to.include({
      would: 'fail',
      status: 429,
    });
    expect((await ask('POST', `deliveries/${id}/replay`, { why }, 'viewer')).status).to.equal(403);
    expect(await done('POST', `deliveries/${id}/replay`, { why })).to.include({
      ...{ delivery_id: id, state: 'waiting', reason: 'replayed' },
    });
    await becomes(id, 'issued');
    expect(await spent()).to.equal(2);
    expect(sandbox.rewards('acme').length).to.equal(2);
    expect(await done('POST', 'tenants/acme/rehearsals', rehearsal)).to.include({ would: 'fail' });
  });

  describe('rehearses a pasted webhook', () => {
    const rehearse = (body: unknown): Promise<Record<string, unknown>> => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return done('POST', 'tenants/acme/rehearsals', { action: 'rewards', body: text });
    };
    const writes = (): number =>
      Object.entries(sandbox.calls())
        .filter(([call]) => call.endsWith('rewards.create'))
        .reduce((sum, [, count]) => sum + count, 0);
    const issued = webhook();

    const rows: [what: string, body: unknown, would: string][] = [
      ['would be issued', webhook(), 'create'],
      ['would be issued, and has no id', webhook({ id: '' }), 'create'],
      ['was issued', issued, 'duplicate'],
      ['has the id of another', webhook({ id: issued['id'] }, { amount: 99 }), 'fail'],
      ['is for nobody', webhook(nobody), 'fail'],
      ['lacks a field', webhook({ email: '' }), 'fail'],
      ['is no JSON', '{"id": , }', 'fail'],
      ['is of no definition', webhook({}, { reward_definition_id: 777 }), 'fail'],
      ['is worth too much', webhook({}, { amount: 100.01 }), 'fail'],
    ];
    for (const [what, body, would] of rows)
      it(`that ${what}: it says how the live one ends, and writes nothing`, async () => {
        gateway.tenant('acme', { baseURL: sandbox.baseURL('acme'), spec: { limits: { maxAmount: 100 } } });
        await post(issued);
        const before = [writes(), await found('')];
        const rehearsed = await rehearse(body);
        expect(rehearsed, JSON.stringify(rehearsed)).to.include({ would });
        expect([writes(), await found('')]).to.deep.equal(before);
        const { status, json } = await post(body);
        const { code, detail, errors, matched_by: matchedBy } = rehearsed;
        if (would === 'fail') {
          expect({ status, code, detail, errors }).to.deep.equal({
            ...{ status: rehearsed['status'], code: json['code'] },
            ...{ detail: json['detail'], errors: json['errors'] },
          });
        } else {
          expect(json).to.include({ status: would === 'create' ? 'created' : would, matched_by: matchedBy });
        }
      });

    it('for an operator, with a line that says who', async () => {
      await rehearse(webhook());
      const line = gateway.logs.find(({ msg }) => msg === 'webhook rehearsed');
      expect(line).to.include({ user: 'operator', tenant: 'acme', end: 'create' });
    });

    it('while Omneo is away: it would not be issued at once', async () => {
      sandbox.setFaults([{ kind: 'error', status: 503 }]);
      expect(await rehearse(webhook())).to.include({
        ...{ would: 'fail', status: 502, code: 'upstream_unavailable' },
      });
      expect(await found('')).to.deep.equal([]);
    });
  });

  it('shows a tenant with what Omneo offers, and checks a body by its rules', async () => {
    const { tenants } = (await done('GET', 'tenants')) as { tenants: Record<string, unknown>[] };
    expect(tenants.map(({ slug, state, delivery, url }) => [slug, state, delivery, url])).to.deep.equal([
      ['acme', 'ready', 'Durable', '/acme/api/v1/webhooks/klaviyo'],
    ]);
    const { definitions } = await done('GET', 'tenants/acme/reward-definitions');
    expect(definitions).to.deep.equal([
      { id: 6, name: 'Happy birthday', handle: 'birthday' },
      { id: 42, name: 'We miss you', handle: 'winback' },
    ]);
    const body = JSON.stringify(webhook({}, { amount: '$5' }));
    const check = await done('POST', 'tenants/acme/checks', { action: 'rewards', body });
    expect(check).to.include({ is_valid: false }).and.have.nested.property('errors[0].field', 'data.amount');
    expect(sandbox.calls()).to.deep.equal({ 'acme definitions': 1 });
  });
});
