/** Rehearsals: what a webhook with a rehearsal secret is answered, and that it changes nothing. */
import { expect } from 'chai';
import type { Operation } from '../../sandbox/operation.ts';
import type { Sandbox } from '../../sandbox/omneo.ts';
import { openKeyring } from '../../src/ledger/seal/openkeyring.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/opensqlite.ts';
import { SqliteAddress } from '../../src/ledger/sqlite/address.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { problems } from '../../src/lib/problem.ts';
import type { OmneoTenantSpec } from '../../src/tenants/schema/omneotenant.ts';
import { type ContractRow, type ContractStage, contractRows } from '../gateway/contractrows.ts';
import { newFolder, silent } from '../ledger/sqlite/bench.ts';
import { type Gateway, type Reply, type TenantOptions, startGateway } from '../support/gateway.ts';
import { expectProblem } from '../support/problems.ts';
import { countsBy } from '../support/prometheus.ts';
import { webhook } from '../support/webhooks.ts';
import { startWorld, type World } from '../support/world.ts';

const rehearsalSecret = 'a-secret-that-only-rehearses';
const rehearsing = { 'x-omneo-secret': rehearsalSecret };

/** The same tenant, whose first webhook secret has one beside it that rehearses, and may be used for the same. */
function withRehearsals({ spec = {}, secrets = {}, ...others }: TenantOptions): TenantOptions {
  const { klaviyo } = spec as Partial<OmneoTenantSpec>;
  const [live = { name: 'klaviyo', key: 'webhook-secret' }] = klaviyo?.secretRefs ?? [];
  const rehearsalSecretRefs = [{ ...live, name: 'rehearsal' }];
  return {
    ...others,
    spec: { ...spec, klaviyo: { secretRefs: [live], rehearsalSecretRefs } },
    secrets: { ...secrets, rehearsal: { 'webhook-secret': rehearsalSecret } },
  };
}

const reads: readonly Operation[] = [
  'token',
  'verify',
  'search-id',
  'profiles',
  'profiles.get',
  'identities',
  'rewards.list',
  'rewards.get',
  'definitions',
  'definitions.get',
];

/** Calls to Omneo that may change something: all but those that are known to read. */
function changesIn(sandbox: Sandbox): number {
  return Object.entries(sandbox.calls())
    .filter(([call]) => !reads.some((read) => call.endsWith(` ${read}`)))
    .reduce((sum, [, count]) => sum + count, 0);
}

const env = { ANSWER_DEADLINE_MS: '400', UPSTREAM_TIMEOUT_MS: '1000' };

type Played = Readonly<{ reply: Reply; changes: number; before: number }>;

/**
 * Brings a row of the contract about in a world of its own, with these headers on the webhook that counts. `changes` are
 * the calls that may have changed something, counted once all work has ended; `before` are the webhooks that went before.
 */
async function played({ act }: ContractRow, headers: Record<string, string>): Promise<Played> {
  const { gateway, sandbox } = await startWorld({ env });
  let before = 0;
  const tenant: ContractStage['tenant'] = (of, slug, options) => {
    of.tenant(slug, withRehearsals(options));
  };
  const sendBefore: ContractStage['sendBefore'] = (to, ...webhook) => {
    before += 1;
    return to.post(...webhook);
  };
  const postTo: ContractStage['postTo'] = (to, slug, body, others = {}) =>
    to.post(slug, body, { ...headers, ...others });
  const post: ContractStage['post'] = (...webhook) => postTo(gateway, ...webhook);
  for (const slug of ['acme', 'bloom']) tenant(gateway, slug, { baseURL: sandbox.baseURL(slug) });
  const reply = await act({ gateway, sandbox, tenant, sendBefore, postTo, post });
  await gateway.stop();
  const changes = changesIn(sandbox);
  await sandbox.close();
  return { reply, changes, before };
}

/** What a reply says, but for its request. */
function saidIn({ status, json, headers }: Reply): unknown {
  const { request_id: _, ...body } = json;
  const { 'retry-after': retryAfter, 'content-type': type, allow } = headers;
  return { status, body, retryAfter, type, allow };
}

describe('A rehearsal', () => {
  let world: World;
  let { gateway, sandbox } = {} as World;
  /** Calls to Omneo that may have changed something, made since a rehearsal began. */
  let changed: number;

  /** Rehearses a webhook. */
  const post = async (slug: string, body: unknown): Promise<Reply> => {
    const before = changesIn(sandbox);
    const reply = await gateway.post(slug, body, rehearsing);
    changed += changesIn(sandbox) - before;
    return reply;
  };

  before(async () => {
    world = await startWorld({ env });
    ({ gateway, sandbox } = world);
    for (const slug of ['acme', 'bloom'])
      gateway.tenant(slug, withRehearsals({ baseURL: sandbox.baseURL(slug) }));
  });

  beforeEach(() => {
    changed = 0;
  });

  afterEach(() => {
    expect(changed).to.equal(0);
    sandbox.reset();
  });

  after(() => world.stop());

  const expectRehearsed = ({ status, json }: Reply, would: string, externalId: unknown): void => {
    expect(status).to.equal(200);
    expect(json).to.deep.equal({
      status: 'rehearsed',
      would,
      external_id: externalId,
      matched_by: 'klaviyo',
    });
  };

  it('says that a reward would be created, however often', async () => {
    const body = webhook();
    for (let time = 0; time < 3; time += 1) expectRehearsed(await post('acme', body), 'create', body['id']);
    expect(sandbox.rewards('acme')).to.deep.equal([]);
    expect((await gateway.post('acme', body)).json).to.include({ status: 'created' });
  });

  it('says that it would be a duplicate, once the reward exists', async () => {
    const body = webhook();
    await gateway.post('acme', body);
    expectRehearsed(await post('acme', body), 'duplicate', body['id']);
  });

  it('says so beyond the limits of today too', async () => {
    const body = webhook();
    await gateway.post('acme', body);
    const limits = { maxAmount: 1 };
    const secrets = { omneo: { token: 'acme-static-token' } };
    gateway.tenant(
      'limited',
      withRehearsals({ baseURL: sandbox.baseURL('acme'), spec: { limits }, secrets }),
    );
    expectRehearsed(await post('limited', body), 'duplicate', body['id']);
  });

  it('needs no id', async () => {
    const { status, json } = await post('acme', webhook({ id: '' }));
    expect(status).to.equal(200);
    expect(json).to.include({ status: 'rehearsed', would: 'create' });
    expect(json['external_id']).to.match(/^gw-/);
  });

  it('goes on where Omneo does not let the gateway read definitions', async () => {
    sandbox.setFaults([{ kind: 'forbidden', operation: 'definitions.get' }]);
    const body = webhook();
    expectRehearsed(await post('acme', body), 'create', body['id']);
  });

  it('is answered 401 where an older CRD has pruned the list of its secret', async () => {
    const { spec, ...others } = withRehearsals({ baseURL: sandbox.baseURL('acme') });
    const { klaviyo } = spec as Pick<OmneoTenantSpec, 'klaviyo'>;
    const pruned = { ...spec, klaviyo: { secretRefs: klaviyo.secretRefs } };
    gateway.tenant('pruned', { ...others, spec: pruned });
    expectProblem(await post('pruned', webhook()), 'unauthorized');
  });

  it('is counted and logged as rehearsed, whatever it ends in, and as no webhook that a customer waits for', async () => {
    const total = 'omneo_gateway_webhook_requests_total';
    const counts = async (): Promise<Record<string, number>> =>
      countsBy(await gateway.metrics(), total, 'tenant', 'code', 'outcome');
    const before = await counts();
    await post('acme', webhook());
    await post('acme', webhook({ email: '' }));
    const after = await counts();
    const added = Object.keys(after).filter((key) => after[key] !== before[key]);
    expect(added).to.have.members(['acme/200/rehearsed', 'acme/400/rehearsed']);
    const line = gateway.logs.findLast(({ msg }) => msg === 'webhook');
    expect(line).to.include({
      outcome: 'rehearsed',
      problem: 'invalid_payload',
      webhook_secret: 'rehearsal/webhook-secret',
      claim: null,
    });
  });

  for (const [matchedBy, person] of [
    ['klaviyo', {}],
    ['omneo', { person_id: '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a01' }],
    ['email', { person_id: '01NOBODY' }],
  ] as const)
    it(`foretells the answer to a webhook whose customer is found by ${matchedBy}, and to its copy`, async () => {
      const body = webhook(person);
      const foretold = [await post('acme', body)];
      const { json: created } = await gateway.post('acme', body);
      foretold.push(await post('acme', body));
      const { json: duplicate } = await gateway.post('acme', body);
      expect(created).to.include({ status: 'created', matched_by: matchedBy });
      expect(duplicate).to.deep.equal({ ...created, status: 'duplicate' });
      const { reward_id: _, status, ...others } = created;
      expect(foretold.map(({ json }) => json)).to.deep.equal(
        ['create', 'duplicate'].map((would) => ({ ...others, status: 'rehearsed', would })),
      );
      expect(status).to.equal('created');
    });
});

describe('A webhook that fails, sent live and as a rehearsal', () => {
  for (const row of contractRows)
    it(
      row.seenBy === undefined
        ? `is answered the same ${problems[row.code].status} ${row.code} when ${row.when}`
        : `is answered as what only a ${row.seenBy} runs into: ${row.when}`,
      async () => {
        const live = await played(row, {});
        const rehearsed = await played(row, rehearsing);
        expectProblem(live.reply, row.code);
        if (row.seenBy === undefined) expect(saidIn(rehearsed.reply)).to.deep.equal(saidIn(live.reply));
        else expect(rehearsed.reply.json).to.include({ status: 'rehearsed', would: 'create' });
        expect(rehearsed.before, 'what went before').to.equal(live.before);
        expect(rehearsed.changes, 'calls that may change something').to.equal(rehearsed.before);
      },
    );

  it('may change something if it is live and gets as far as the create, so that the counter is seen to count', async () => {
    const counts = contractRows
      .filter(({ code }) => code === 'reward_rejected')
      .map((row) => played(row, {}));
    expect((await Promise.all(counts)).map(({ changes }) => changes)).to.deep.equal([1]);
  });
});

describe('A rehearsal of a tenant whose delivery is durable', () => {
  const times = { leaseMs: 1500, settleWindowMs: 300, retentionMs: 72 * 3_600_000 };
  let folder: Awaited<ReturnType<typeof newFolder>>;
  let world: World;
  /** Calls of the ledger, by name. */
  let asked: string[];

  beforeEach(async () => {
    folder = await newFolder();
    asked = [];
    const address = SqliteAddress.parse(`sqlite:${folder.path}/ledger.db`);
    const ledger = await openSqliteLedger({ address, times, clock: systemClock, log: silent });
    const keyring = await openKeyring({ address, keyFile: undefined, clock: systemClock, log: silent });
    if (keyring === undefined) throw new Error('SQLite makes its key');
    const env = { LEDGER_URL: 'sqlite:ledger.db', LEASE_MS: '1500', UPSTREAM_TIMEOUT_MS: '1000' };
    world = await startWorld({ env });
    const { sandbox } = world;
    await world.gateway.stop();
    const noted = new Proxy(ledger, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          asked.push(String(name));
          return value.apply(target, args);
        };
      },
    });
    const gateway = await startGateway(env, { ledger: noted, keyring });
    world = { ...world, gateway };
    gateway.tenant('acme', withRehearsals({ baseURL: sandbox.baseURL('acme') }));
  });
  afterEach(async () => {
    await world.sandbox.close();
    await world.gateway.stop();
    await folder.remove();
  });

  const rehearse = (gateway: Gateway, body: unknown): Promise<Reply> =>
    gateway.post('acme', body, rehearsing);

  it('stores nothing, parks nothing, and accepts nothing', async () => {
    const { gateway, sandbox } = world;
    const durable = await gateway.post('acme', webhook({ email: '' }));
    expect(durable.json['delivery_id'], 'a live one is parked').to.be.a('string');
    asked = [];
    const failures: [body: unknown, status: number][] = [
      [webhook(), 200],
      [webhook({ id: '' }), 200],
      [webhook({ email: '' }), 400],
      ['{', 400],
      [webhook({ person_id: '01NOBODY', email: 'nobody@example.com' }), 404],
      [webhook({}, { reward_definition_id: 777 }), 422],
    ];
    for (const [body, status] of failures) {
      const reply = await rehearse(gateway, body);
      expect(reply.status, reply.text).to.equal(status);
      expect(reply.json).not.to.have.property('delivery_id');
    }
    sandbox.setFaults([{ kind: 'error', status: 503 }]);
    expect((await rehearse(gateway, webhook())).status).to.equal(502);
    expect(asked.filter((call) => call !== 'check' && call !== 'stats')).to.deep.equal(
      Array.from({ length: 5 }, () => 'readMax'),
    );
    expect(sandbox.rewards('acme')).to.deep.equal([]);
  });

  it('is told that its tenant is suspended, whose webhooks would wait', async () => {
    const { gateway, sandbox } = world;
    gateway.tenant('acme', withRehearsals({ baseURL: sandbox.baseURL('acme'), spec: { suspend: true } }));
    expect((await gateway.post('acme', webhook())).status).to.equal(202);
    expectProblem(await rehearse(gateway, webhook()), 'not_ready');
    expect(sandbox.calls()).to.deep.equal({});
  });
});
