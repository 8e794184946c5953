import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { ApiBench } from '../apibench.ts';
import { webhook } from '../../support/webhooks.ts';

describe('The list of deliveries', () => {
  let bench: ApiBench;

  const listed = async (query = '', as = 'grace'): Promise<unknown[]> => {
    const { status, json } = await bench.get(`/api/v1/deliveries${query}`, { as });
    expect(status, JSON.stringify(json)).to.equal(200);
    return (json['deliveries'] as { delivery_id: string }[]).map(({ delivery_id: id }) => id);
  };

  beforeEach(async () => {
    bench = await new ApiBench().start();
  });
  afterEach(() => bench.stop());

  it('shows what everybody may know of a delivery, and nothing of the customer', async () => {
    const { record } = bench.park(webhook(), {
      ...{ reason: 'gave_up', externalId: 'gw-1', attempts: 3, keptUntil: bench.now + 1000 },
    });
    const { json } = await bench.get('/api/v1/deliveries');
    expect(json).to.deep.equal({
      deliveries: [
        {
          delivery_id: record.id,
          ...{ tenant: 'acme', action: 'rewards', state: 'parked', reason: 'gave_up' },
          summary: { reward_definition_id: 42, amount: 10 },
          external_id: 'gw-1',
          ...{ since: '2026-03-01T10:20:00.000Z', attempts: 3 },
          ...{ kept_until: '2026-03-01T10:20:01.000Z', can_open: true },
        },
      ],
    });
  });

  it('names the trace of one that was traced, and counts it as nothing of the webhook', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    bench.park(webhook(), { summary: `{"amount":10,"traceparent":"00-${traceId}-b7ad6b7169203331-01"}` });
    const { json } = await bench.get('/api/v1/deliveries');
    const [delivery] = json['deliveries'] as Record<string, unknown>[];
    expect(delivery).to.include({ trace_id: traceId });
    expect(delivery?.['summary']).to.deep.equal({ amount: 10 });
  });

  it('says what was made, with every digit of its id, and when a waiting one is due', async () => {
    const receipt = { resourceId: 90071992547409931n, matchedBy: 'email' };
    bench.park(webhook(), { state: 'issued', reason: null, receipt, since: 2 });
    bench.park(webhook(), { state: 'waiting', reason: 'throttled', dueAt: bench.now, since: 1 });
    const { json } = await bench.get('/api/v1/deliveries');
    const [issued, waiting] = json['deliveries'] as Record<string, unknown>[];
    expect(issued).to.have.deep.property('result', {
      // As JSON.parse reads it; the text has all of its digits.
      reward_id: 90071992547409930,
      matched_by: 'email',
    });
    expect(issued).to.not.have.any.keys('reason', 'next_attempt_at');
    expect(waiting).to.include({ next_attempt_at: '2026-03-01T10:20:00.000Z', reason: 'throttled' });
  });

  it('shows the newest first, page by page, and each once', async () => {
    const ids = Array.from({ length: 7 }, (_, n) => bench.park(webhook(), { since: n % 3 }).record.id);
    const seen: unknown[] = [];
    const sizes: number[] = [];
    let cursor: string | undefined;
    do {
      const from = cursor === undefined ? '' : `&cursor=${cursor}`;
      const { json } = await bench.get(`/api/v1/deliveries?limit=3${from}`);
      const page = json['deliveries'] as { delivery_id: string }[];
      seen.push(...page.map(({ delivery_id: id }) => id));
      sizes.push(page.length);
      cursor = json['next_cursor'] as string | undefined;
    } while (cursor !== undefined);
    expect(sizes).to.deep.equal([3, 3, 1]);
    expect(seen).to.have.members(ids);
    expect(seen.length).to.equal(ids.length);
  });

  it('says that there is no next page when the last is full', async () => {
    for (let n = 0; n < 3; n += 1) bench.park(webhook());
    expect((await bench.get('/api/v1/deliveries?limit=3')).json).to.not.have.property('next_cursor');
  });

  it('finds by each of its filters, and by all of them at once', async () => {
    const [t1, t2] = [Date.parse('2026-02-01T00:00:00Z'), Date.parse('2026-02-02T00:00:00Z')];
    const a = bench.park(webhook({ id: 'a', email: 'Ada@Example.com' }), { since: t1 }).record.id;
    const b = bench.park(webhook({ id: 'b', person_id: '01ACMEBOB', email: 'bob@example.com' }), {
      ...{ state: 'waiting', reason: 'throttled', since: t2 },
    }).record.id;
    for (const [query, found] of [
      ['', [b, a]],
      ['?tenant=acme', [b, a]],
      ['?action=rewards', [b, a]],
      ['?state=waiting', [b]],
      ['?reason=profile_not_found', [a]],
      ['?tenant=acme&id=a', [a]],
      ['?tenant=acme&person_id=01ACMEBOB', [b]],
      ['?tenant=acme&email=ada@example.com', [a]],
      ['?tenant=acme&email=%20BOB@example.com%20', [b]],
      ['?tenant=acme&email=nobody@example.com', []],
      ['?since=2026-02-02T00:00:00Z', [b]],
      ['?since=2026-02-02T10:00:00%2B10:00', [b]],
      ['?until=2026-02-02T00:00:00.000Z', [a]],
      ['?tenant=acme&state=parked&id=a&email=ada@example.com&until=2026-02-02T00:00:00Z', [a]],
      ['?tenant=acme&id=a&email=bob@example.com', []],
    ] as const)
      expect(await listed(query), query).to.deep.equal(found);
  });

  it('finds what was stored under an older key', async () => {
    const { record } = bench.park(webhook({ id: 'a' }));
    bench.rotateKeys();
    expect(await listed('?tenant=acme&id=a')).to.deep.equal([record.id]);
  });

  it('shows deliveries of tenants in namespaces that the caller may list, and of no others', async () => {
    bench.register('bloom', 'flowers');
    const acme = bench.park(webhook()).record.id;
    const bloom = bench.park(webhook(), { tenant: 'bloom' }).record.id;
    bench.roles = { ada: { loyalty: ['list'] }, bob: { flowers: ['list'] }, eve: { '*': ['get'] } };
    expect(await listed('', 'ada')).to.deep.equal([acme]);
    expect(await listed('', 'bob')).to.deep.equal([bloom]);
    expect(await listed('', 'eve')).to.deep.equal([]);
    for (const [as, slug] of [
      ['ada', 'bloom'],
      ['eve', 'acme'],
      ['ada', 'nobody'],
    ] as const) {
      const { status, json } = await bench.get(`/api/v1/deliveries?tenant=${slug}`, { as });
      expect(status, `${as} ${slug}`).to.equal(404);
      expect(json).to.include({ code: 'not_found' });
    }
  });

  it('asks the ledger nothing for who may list nothing', async () => {
    bench.roles = {};
    expect(await listed()).to.deep.equal([]);
    expect(bench.admin.calls).to.deep.equal([]);
  });

  it('shows nothing of a tenant that is registered no more', async () => {
    const { record } = bench.park(webhook());
    bench.registry.delete('loyalty/acme');
    expect(await listed()).to.deep.equal([]);
    expect((await bench.get(`/api/v1/deliveries/${record.id}`)).status).to.equal(404);
  });

  it('says to come back while the tenants are still being loaded', async () => {
    bench.registry.setComplete(false);
    const { status, json } = await bench.get('/api/v1/deliveries?tenant=bloom');
    expect(status).to.equal(503);
    expect(json).to.include({ code: 'unavailable' });
  });
});

describe('One delivery', () => {
  let bench: ApiBench;

  beforeEach(async () => {
    bench = await new ApiBench().start();
  });
  afterEach(() => bench.stop());

  it('is shown with its events and with what the caller may do', async () => {
    const row = bench.park(webhook());
    row.events.push(
      {
        at: 1000,
        kind: 'attempted',
        result: 'throttled',
        tookMs: 12.4,
        code: 'overloaded',
        omneoStatus: 429,
      },
      { at: 2000, kind: 'attempted', result: 'issued', tookMs: 5, matchedBy: 'email' },
      { at: 3000, kind: 'replayed', by: 'grace', why: 'mended' },
    );
    bench.roles = { ada: { loyalty: ['get', 'update'] } };
    const { json } = await bench.get(`/api/v1/deliveries/${row.record.id}`, { as: 'ada' });
    expect(json['delivery']).to.include({ delivery_id: row.record.id, state: 'parked' });
    expect(json['allowed']).to.deep.equal(['get', 'update']);
    expect(json).to.not.have.any.keys('payload', 'payload_fault');
    const at = (ms: number): string => new Date(ms).toISOString();
    expect(json['events']).to.deep.equal([
      { at: at(bench.now), kind: 'arrived' },
      {
        ...{ at: at(1000), kind: 'attempted', result: 'throttled' },
        ...{ took_ms: 12, code: 'overloaded', omneo_status: 429 },
      },
      { at: at(2000), kind: 'attempted', result: 'issued', took_ms: 5, matched_by: 'email' },
      { at: at(3000), kind: 'replayed', by: 'grace', why: 'mended' },
    ]);
  });

  it('is opened for who may open it, which is logged', async () => {
    const body = webhook();
    const { id } = bench.park(body).record;
    const { json } = await bench.get(`/api/v1/deliveries/${id}?payload=true`);
    expect(json['payload']).to.equal(JSON.stringify(body));
    const opened = bench.lines.filter(([, message]) => message === 'webhook opened');
    expect(opened.length).to.equal(1);
    expect(opened[0]?.[2]).to.include({ user: 'grace', tenant: 'acme', delivery_id: id });
  });

  it('stays closed to who may only see it', async () => {
    const { id } = bench.park(webhook()).record;
    bench.roles = { ada: { loyalty: ['list', 'get', 'update', 'delete'] } };
    const { status, json } = await bench.get(`/api/v1/deliveries/${id}?payload=true`, { as: 'ada' });
    expect(status).to.equal(403);
    expect(json).to.include({ code: 'forbidden' });
    expect(bench.lines.filter(([, message]) => message === 'webhook opened')).to.deep.equal([]);
    expect((await bench.get(`/api/v1/deliveries/${id}?payload=false`, { as: 'ada' })).status).to.equal(200);
  });

  it('says why its webhook cannot be opened', async () => {
    const erased = bench.park(webhook());
    erased.sealed = undefined;
    const damaged = bench.park(webhook());
    damaged.sealed = { ...damaged.sealed!, webhook: damaged.sealed!.webhook.with(-1, 0).with(-2, 0) };
    const sealed = bench.park(webhook());
    const faultOf = async ({ record }: typeof erased): Promise<unknown> =>
      (await bench.get(`/api/v1/deliveries/${record.id}?payload=true`)).json['payload_fault'];
    expect(await faultOf(erased)).to.equal('erased');
    expect(await faultOf(damaged)).to.equal('damaged');
    bench.rotateKeys({ isFirstKept: false });
    expect(await faultOf(sealed)).to.equal('key_missing');
  });

  it('is not known by another id, by none that is a UUID, or to who may not get it', async () => {
    const { id } = bench.park(webhook()).record;
    bench.roles = { grace: { '*': ['get'] }, ada: { loyalty: ['list', 'update', 'delete', 'payload'] } };
    expect((await bench.get(`/api/v1/deliveries/${id.toUpperCase()}`)).status).to.equal(200);
    expect((await bench.get(`/api/v1/deliveries/${randomUUID()}`)).status).to.equal(404);
    expect((await bench.get('/api/v1/deliveries/%00')).status).to.equal(404);
    expect((await bench.get(`/api/v1/deliveries/${id}`, { as: 'ada' })).status).to.equal(404);
    expect((await bench.get(`/api/v1/deliveries/${id}?payload=true`, { as: 'ada' })).status).to.equal(404);
  });
});
