import { expect } from 'chai';
import { LedgerUnavailable } from '../../../src/ledger/ledger.ts';
import { UpstreamError } from '../../../src/omneo/client/upstream.ts';
import { ApiBench } from '../apibench.ts';
import { countOf } from '../../support/deliveries.ts';
import { webhook } from '../../support/webhooks.ts';

describe('The list of tenants', () => {
  let bench: ApiBench;

  const tenants = async (as = 'grace'): Promise<Record<string, unknown>[]> =>
    (await bench.get('/api/v1/tenants', { as })).json['tenants'] as Record<string, unknown>[];

  beforeEach(async () => {
    bench = await new ApiBench({ publicURL: 'https://hooks.example' }).start();
  });
  afterEach(() => bench.stop());

  it('shows each with its state, what is not done, and where its webhooks go', async () => {
    bench.counts = [
      countOf({ count: 3, oldest: 2000 }),
      countOf({ reason: 'unavailable', count: 1, oldest: 1000 }),
      countOf({ state: 'parked', reason: 'rejected', count: 5, oldest: 0 }),
      countOf({ tenant: 'bloom', count: 9 }),
    ];
    expect(await tenants()).to.deep.equal([
      {
        ...{ slug: 'acme', resource: 'loyalty/acme', state: 'ready', actions: ['rewards'] },
        ...{ url: 'https://hooks.example/acme/api/v1/webhooks/klaviyo', delivery: 'Durable' },
        ...{ waiting: 4, parked: 5, oldest_waiting: '1970-01-01T00:00:01.000Z' },
        reasons: [
          { state: 'waiting', reason: 'throttled', count: 3 },
          { state: 'waiting', reason: 'unavailable', count: 1 },
          { state: 'parked', reason: 'rejected', count: 5 },
        ],
        allowed: ['list', 'get', 'update', 'delete', 'payload'],
      },
    ]);
  });

  it('shows of which ones Klaviyo is told, and of which it should be and is not', async () => {
    const klaviyo = (key: string) => ({ events: { secretRef: { name: 'acme-klaviyo', key } } });
    bench.register('told', 'loyalty', { klaviyo: klaviyo('webhook-secret') });
    bench.register('unsent', 'loyalty', { klaviyo: klaviyo('api-key') });
    const seen = (await tenants()).map(({ slug, state, klaviyo_events: events }) => [slug, state, events]);
    expect(seen).to.have.deep.members([
      ['acme', 'ready', undefined],
      ['told', 'ready', 'on'],
      ['unsent', 'ready', 'refused'],
    ]);
  });

  it('shows those that are suspended or refused, and why', async () => {
    bench.register('paused', 'loyalty', { suspend: true });
    bench.register('wrong', 'loyalty', { rewards: { timezone: 'Mars/Olympus' } });
    bench.register('plain', 'loyalty', { delivery: { mode: 'Synchronous' } });
    const [acme, paused, plain, wrong] = [...(await tenants())].sort((a, b) =>
      String(a['slug']) < String(b['slug']) ? -1 : 1,
    );
    expect(acme).to.include({ state: 'ready', waiting: 0, parked: 0 });
    expect(acme).to.not.have.any.keys('message', 'oldest_waiting');
    expect(paused).to.include({ state: 'suspended', delivery: 'Durable' });
    expect(paused!['message']).to.match(/suspend/);
    expect(plain).to.include({ state: 'ready', delivery: 'Synchronous' });
    expect(wrong).to.include({ state: 'refused' }).and.not.have.property('delivery');
    expect(wrong!['message']).to.match(/timezone/);
  });

  it('shows those of namespaces that may be listed, with what is allowed there', async () => {
    bench.register('bloom', 'flowers');
    bench.register('dune', 'deserts');
    bench.roles = { ada: { loyalty: ['list'], flowers: ['list', 'update'], deserts: ['get'] } };
    const seen = (await tenants('ada')).map(({ slug, allowed }) => [slug, allowed]);
    expect(seen).to.deep.equal([
      ['acme', ['list']],
      ['bloom', ['list', 'update']],
    ]);
  });

  it('asks about sixteen namespaces at once at most, and about each', async () => {
    const slugs = Array.from({ length: 39 }, (_, index) => `tenant-${index}`);
    for (const slug of slugs) bench.register(slug, `of-${slug}`);
    const underWay: string[] = [];
    let most = 0;
    bench.beforeRole = async (namespace) => {
      underWay.push(namespace);
      most = Math.max(most, new Set(underWay).size);
      await new Promise(setImmediate);
      underWay.splice(underWay.indexOf(namespace), 1);
    };
    const seen = await tenants();
    expect(seen.map(({ slug }) => slug)).to.deep.equal(['acme', ...slugs].sort());
    for (const { allowed } of seen) expect(allowed).to.have.length(5);
    expect(most).to.equal(16);
  });

  describe('shows the budgets of the day', () => {
    const zone = { rewards: { timezone: 'Australia/Melbourne' } };
    const budgets = async (): Promise<unknown> => (await tenants())[0]!['budgets'];
    /** Midnight in Melbourne, and the day there while `bench.now` is 2026-03-01T10:20Z. */
    const [ends, today] = ['2026-03-01T13:00:00.000Z', 'acme/2026-03-01'];

    it('with what is spent, in the units that are bounded', async () => {
      bench.spent = (names) => {
        expect(names).to.deep.equal([today]);
        return Promise.resolve([{ budget: today, rewards: 1200, cents: 320_050 }]);
      };
      bench.register('acme', 'loyalty', { ...zone, limits: { perDay: { rewards: 5000, amount: 50_000.5 } } });
      expect(await budgets()).to.deep.equal([
        { unit: 'rewards', most: 5000, spent: 1200, ends_at: ends },
        { unit: 'amount', most: 50_000.5, spent: 3200.5, ends_at: ends },
      ]);
      bench.register('acme', 'loyalty', { ...zone, limits: { perDay: { amount: 7 } } });
      expect(await budgets()).to.deep.equal([{ unit: 'amount', most: 7, spent: 3200.5, ends_at: ends }]);
    });

    it('of a suspended tenant too, and of all of them in one question', async () => {
      const asked: string[] = [];
      bench.spent = (names) => {
        asked.push(names.join(' '));
        return Promise.resolve([]);
      };
      bench.register('acme', 'loyalty', { ...zone, suspend: true, limits: { perDay: { rewards: 1 } } });
      bench.register('bloom', 'loyalty', { limits: { perDay: { rewards: 2 } } });
      bench.register('plain', 'loyalty', { limits: { maxAmount: 2, perProfilePerDay: { rewards: 2 } } });
      const seen = (await tenants()).map(({ slug, budgets: of }) => [slug, of]);
      expect(seen).to.deep.equal([
        ['acme', [{ unit: 'rewards', most: 1, spent: 0, ends_at: ends }]],
        ['bloom', [{ unit: 'rewards', most: 2, spent: 0, ends_at: '2026-03-02T00:00:00.000Z' }]],
        ['plain', undefined],
      ]);
      expect(asked).to.deep.equal([`${today} bloom/2026-03-01`]);
    });

    it('without what is spent, while the ledger is away', async () => {
      bench.spent = () => Promise.reject(new LedgerUnavailable('away'));
      bench.register('acme', 'loyalty', { ...zone, limits: { perDay: { rewards: 5000 } } });
      expect(await budgets()).to.deep.equal([{ unit: 'rewards', most: 5000, ends_at: ends }]);
    });
  });

  it('names a path where nobody has said how webhooks reach the gateway', async () => {
    const other = await new ApiBench().start();
    try {
      const { json } = await other.get('/api/v1/tenants');
      expect(json).to.have.nested.property('tenants[0].url', '/acme/api/v1/webhooks/klaviyo');
    } finally {
      await other.stop();
    }
  });
});

describe('What a tenant has to show', () => {
  let bench: ApiBench;

  beforeEach(async () => {
    bench = await new ApiBench().start();
  });
  afterEach(() => bench.stop());

  for (const path of ['activity', 'reward-definitions'])
    it(`is unknown, as ${path}, to who may not list it, and where there is no such tenant`, async () => {
      bench.roles = { ada: { loyalty: ['get', 'update', 'delete', 'payload'] }, grace: { '*': ['list'] } };
      expect((await bench.get(`/api/v1/tenants/acme/${path}`)).status).to.equal(200);
      expect((await bench.get(`/api/v1/tenants/acme/${path}`, { as: 'ada' })).status).to.equal(404);
      expect((await bench.get(`/api/v1/tenants/nobody/${path}`)).status).to.equal(404);
    });

  it('has 24 hours of activity, of which the last is going on', async () => {
    const at = (time: string): number => Date.parse(time);
    bench.park(webhook(), { since: at('2026-03-01T10:00:00Z') });
    bench.park(webhook(), { state: 'issued', reason: null, since: at('2026-02-28T11:00:00Z') });
    bench.park(webhook(), { state: 'waiting', reason: 'throttled', since: at('2026-03-01T09:59:59Z') });
    bench.park(webhook(), { state: 'pending', reason: null, since: at('2026-03-01T09:00:00Z') });
    bench.park(webhook(), { state: 'discarded', reason: 'decided', since: at('2026-03-01T10:19:00Z') });
    bench.park(webhook(), { since: at('2026-02-28T10:59:59Z') });
    const { json } = await bench.get('/api/v1/tenants/acme/activity');
    const hours = json['hours'] as Record<string, unknown>[];
    const none = { issued: 0, unfinished: 0, parked: 0, discarded: 0 };
    expect(hours[0]).to.deep.equal({ hour: '2026-02-28T11:00:00.000Z', ...none, issued: 1 });
    expect(hours[1]).to.deep.equal({ hour: '2026-02-28T12:00:00.000Z', ...none });
    expect(hours[22]).to.deep.equal({ hour: '2026-03-01T09:00:00.000Z', ...none, unfinished: 2 });
    expect(hours[23]).to.deep.equal({ hour: '2026-03-01T10:00:00.000Z', ...none, parked: 1, discarded: 1 });
  });

  it('has its activity counted once in 15 seconds', async () => {
    const ask = (): Promise<unknown> => bench.get('/api/v1/tenants/acme/activity');
    await Promise.all([ask(), ask()]);
    bench.now += 14_999;
    await ask();
    expect(bench.admin.calls).to.deep.equal(['activity']);
    bench.now += 1;
    await ask();
    expect(bench.admin.calls).to.deep.equal(['activity', 'activity']);
  });

  it('shows what Omneo offers, and asks it once a minute', async () => {
    let asked = 0;
    bench.definitions = () => {
      asked += 1;
      return Promise.resolve([
        { id: 42, name: 'Win back', handle: 'winback' },
        { id: 6, name: 'Birthday' },
      ]);
    };
    const ask = () => bench.get('/api/v1/tenants/acme/reward-definitions');
    expect((await ask()).json).to.deep.equal({
      definitions: [
        { id: 42, name: 'Win back', handle: 'winback' },
        { id: 6, name: 'Birthday' },
      ],
    });
    bench.now += 59_999;
    await ask();
    expect(asked).to.equal(1);
    bench.now += 1;
    await ask();
    expect(asked).to.equal(2);
  });

  it('asks Omneo again after a failure, and says what is wrong with it', async () => {
    for (const [error, detail, retryAfter] of [
      [new UpstreamError('unavailable', 'Omneo answered 503'), /did not answer/, undefined],
      [new UpstreamError('throttled', 'Omneo answered 429', { retryAfter: 7 }), /limit/, '7'],
      [new UpstreamError('refused', 'Omneo answered 403'), /credentials/, undefined],
    ] as const) {
      bench.definitions = () => Promise.reject(error);
      const { status, json, headers } = await bench.get('/api/v1/tenants/acme/reward-definitions');
      expect([status, json['code']]).to.deep.equal([502, 'upstream_unavailable']);
      expect(json['detail']).to.match(detail);
      expect(headers['retry-after']).to.equal(retryAfter);
    }
    bench.definitions = () => Promise.resolve([]);
    expect((await bench.get('/api/v1/tenants/acme/reward-definitions')).status).to.equal(200);
  });

  it('has no definitions and checks nothing while it is refused, and does while it is suspended', async () => {
    const check = { action: 'rewards', body: '{}' };
    for (const [spec, status] of [
      [{ rewards: { timezone: 'Mars/Olympus' } }, 409],
      [{ suspend: true }, 200],
    ] as const) {
      bench.register('acme', 'loyalty', spec);
      expect((await bench.get('/api/v1/tenants/acme/reward-definitions')).status).to.equal(status);
      expect((await bench.post('/api/v1/tenants/acme/checks', check)).status).to.equal(status);
    }
  });
});

describe('The check of a body', () => {
  let bench: ApiBench;

  const check = async (body: string): Promise<Record<string, unknown>> =>
    (await bench.post('/api/v1/tenants/acme/checks', { action: 'rewards', body })).json;

  beforeEach(async () => {
    bench = await new ApiBench().start();
  });
  afterEach(() => bench.stop());

  it('says that a webhook would be taken, and whether it has an id', async () => {
    expect(await check(JSON.stringify(webhook({ id: 'a' })))).to.deep.equal({ is_valid: true, has_id: true });
    expect(await check(JSON.stringify(webhook({ id: ' ' })))).to.deep.equal({
      is_valid: true,
      has_id: false,
    });
  });

  it('names each field that is wrong with what to do about it', async () => {
    const { errors, ...others } = await check(
      JSON.stringify(webhook({ email: '{{ person.email }}' }, { amount: '$25' })),
    );
    expect(
      (errors as { field: string; code: string }[]).map(({ field, code }) => `${field} ${code}`),
    ).to.have.members([...['email unrendered', 'data.amount not_a_number']]);
    expect(others).to.include({ is_valid: false }).and.not.have.property('has_id');
    expect(others['detail']).to.match(/^Fix /);
  });

  for (const [what, body, detail] of [
    ['where JSON breaks off', '{"id": , ', /^Fix the JSON body at line 1, column 8/],
    ['that it is empty', ' ', /empty/],
    ['that it is too long', `"${'€'.repeat(30_000)}"`, /64 KiB/],
    ['that it holds half of a character', '"\ud800"', /half of a character/],
  ] as const)
    it(`says ${what}`, async () => {
      const { errors, ...answer } = await check(body);
      expect(answer).to.include({ is_valid: false });
      expect(answer['detail']).to.match(detail);
      expect(errors).to.equal(undefined);
    });

  it('goes by the tenant: one that takes any identifier needs one', async () => {
    const body = JSON.stringify(webhook({ person_id: undefined }));
    expect(await check(body)).to.include({ is_valid: false });
    bench.register('acme', 'loyalty', { klaviyo: { identifiers: 'any' } });
    expect(await check(body)).to.include({ is_valid: true });
  });

  it('stores and asks nothing', async () => {
    bench.definitions = () => Promise.reject(new Error('nobody asked'));
    await check(JSON.stringify(webhook()));
    expect(bench.admin.calls).to.deep.equal([]);
  });
});
