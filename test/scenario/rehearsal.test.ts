/** Rehearsals: what a webhook with a rehearsal secret is answered, and that it changes nothing. */
import { expect } from 'chai';
import type { Sandbox } from '../../sandbox/omneo.ts';
import { openKeyring } from '../../src/ledger/seal/openkeyring.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/opensqlite.ts';
import { SqliteAddress } from '../../src/ledger/sqlite/address.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { problems } from '../../src/lib/problem.ts';
import { type ContractStage, contractRows } from '../gateway/contractrows.ts';
import { newFolder, silent } from '../ledger/sqlite/bench.ts';
import { type Gateway, type Reply, type TenantOptions, startGateway } from '../support/gateway.ts';
import { expectProblem, faultsOf } from '../support/problems.ts';
import { countsBy } from '../support/prometheus.ts';
import { webhook } from '../support/webhooks.ts';
import { startWorld, type World } from '../support/world.ts';

const rehearsalSecret = 'a-secret-that-only-rehearses';
const rehearsing = { 'x-omneo-secret': rehearsalSecret };

/** The same tenant, which takes the rehearsal secret too. */
function withRehearsals({ spec = {}, secrets = {}, ...others }: TenantOptions): TenantOptions {
  const secretRefs = [
    { name: 'klaviyo', key: 'webhook-secret' },
    { name: 'rehearsal', use: 'Rehearsal' },
  ];
  return {
    ...others,
    spec: { ...spec, klaviyo: { secretRefs } },
    secrets: { ...secrets, rehearsal: { 'webhook-secret': rehearsalSecret } },
  };
}

/** Calls to Omneo that change something. */
function writesIn(sandbox: Sandbox): number {
  return Object.entries(sandbox.calls())
    .filter(([call]) => / rewards\.(create|delete)$/.test(call))
    .reduce((sum, [, count]) => sum + count, 0);
}

describe('A rehearsal', () => {
  let world: World;
  let { gateway, sandbox } = {} as World;
  /** Calls to Omneo that change something, made since a rehearsal began. */
  let written: number;

  /** Rehearses a webhook, unless it has its own secret. */
  const postTo: ContractStage['postTo'] = async (to, slug, body, headers = {}) => {
    const before = writesIn(sandbox);
    const reply = await to.post(slug, body, { ...rehearsing, ...headers });
    written += writesIn(sandbox) - before;
    return reply;
  };
  const post: ContractStage['post'] = (...webhook) => postTo(gateway, ...webhook);
  const tenant: ContractStage['tenant'] = (of, slug, options) => {
    of.tenant(slug, withRehearsals(options));
  };

  before(async () => {
    world = await startWorld({ env: { ANSWER_DEADLINE_MS: '400', UPSTREAM_TIMEOUT_MS: '1000' } });
    ({ gateway, sandbox } = world);
    for (const slug of ['acme', 'bloom']) tenant(gateway, slug, { baseURL: sandbox.baseURL(slug) });
  });

  beforeEach(() => {
    written = 0;
  });

  afterEach(() => {
    expect(written).to.equal(0);
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
    tenant(gateway, 'limited', {
      baseURL: sandbox.baseURL('acme'),
      spec: { limits },
      secrets: { omneo: { token: 'acme-static-token' } },
    });
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

  describe('ends as a webhook does', () => {
    const stage = (): ContractStage => ({ gateway, sandbox, postTo, post, tenant });

    for (const { when, code, act, detail, errors = [], retryAfter, seenBy } of contractRows)
      if (seenBy === undefined)
        it(`${problems[code].status} ${code} when ${when}`, async () => {
          const reply = await act(stage());
          expect(expectProblem(reply, code)['detail']).to.match(detail);
          expect(faultsOf(reply)).to.deep.equal(errors);
          if (retryAfter !== undefined) expect(reply.headers['retry-after']).to.equal(retryAfter);
        });
      else
        it(`but for what only a ${seenBy} runs into: ${when}`, async () => {
          const reply = await act(stage());
          expect(reply.json).to.include({ status: 'rehearsed', would: 'create' });
        });
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
