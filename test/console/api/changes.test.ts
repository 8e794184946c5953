import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Permission } from '../../../src/console/access/access.ts';
import { type ApiAnswer, ApiBench } from '../apibench.ts';
import type { StoredRow } from '../../support/memorydeliveries.ts';
import { webhook } from '../../support/webhooks.ts';

const why = 'the cause is gone';

describe('Replaying a delivery', () => {
  let bench: ApiBench;

  const replay = (row: StoredRow, body?: object | string): Promise<ApiAnswer> =>
    bench.post(`/api/v1/deliveries/${row.record.id}/replay`, {
      why,
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  /** The webhook that is stored now, as JSON. */
  const stored = (row: StoredRow): unknown => {
    const text = bench.keyring.open(row.sealed!.webhook, row.sealed!.context);
    return JSON.parse(text as string) as unknown;
  };

  beforeEach(async () => {
    bench = await new ApiBench().start();
  });
  afterEach(() => bench.stop());

  it('makes it wait to be attempted now, and says who decided that and why', async () => {
    const row = bench.park(webhook());
    const { status, json } = await replay(row);
    expect(status).to.equal(200);
    expect(json).to.include({ delivery_id: row.record.id, state: 'waiting', reason: 'replayed' });
    expect(row.events.at(-1)).to.deep.equal({ at: bench.now, kind: 'replayed', by: 'grace', why });
  });

  it('is logged and counted, and nothing of the webhook is', async () => {
    const row = bench.park(webhook());
    await replay(row, webhook({ id: (stored(row) as { id: string }).id }));
    const [level, message, fields] = bench.lines.at(-1)!;
    expect([level, message]).to.deep.equal(['info', 'deliveries changed']);
    const { request_id: requestId, ...others } = fields as Record<string, unknown>;
    expect(requestId).to.match(/^[0-9a-f-]{36}$/);
    expect(others).to.deep.equal({
      ...{ user: 'grace', change: 'corrected', tenant: 'acme', delivery_id: row.record.id, why },
    });
    expect(bench.changes).to.deep.equal([['acme', 'corrected', 1]]);
  });

  it('is a conflict for what is not parked, and changes nothing', async () => {
    for (const state of ['pending', 'waiting', 'issued', 'discarded'] as const) {
      const row = bench.park(webhook(), { state, reason: null });
      for (const body of [undefined, webhook()]) {
        const { status, json } = await replay(row, body);
        expect(status, state).to.equal(409);
        expect(json).to.include({ code: 'conflict' });
      }
      expect(row.record.state).to.equal(state);
    }
    expect(bench.changes).to.deep.equal([]);
  });

  it('lets one pass that is held, with its own webhook alone', async () => {
    const row = bench.park(webhook(), { state: 'waiting', reason: 'held' });
    expect((await replay(row, stored(row) as object)).status).to.equal(409);
    expect(row.record.reason).to.equal('held');
    expect((await replay(row)).json).to.include({ state: 'waiting', reason: 'replayed' });
    expect(row.events.at(-1)).to.include({ kind: 'replayed', by: 'grace', why });
    expect(bench.changes).to.deep.equal([['acme', 'replayed', 1]]);
  });

  it('is a conflict when somebody else was faster', async () => {
    const row = bench.park(webhook());
    bench.admin.replayOne = () => Promise.resolve(false);
    expect((await replay(row)).status).to.equal(409);
    expect(bench.changes).to.deep.equal([]);
  });

  it('puts a corrected webhook in the place of the stored one, found by its own customer', async () => {
    const row = bench.park(webhook({ id: 'a' }));
    const { fingerprint } = row;
    const corrected = webhook({ id: 'a', email: 'eve@example.com', person_id: '01ACMEEVE' }, { amount: 25 });
    const { status, json } = await replay(row, corrected);
    expect(status).to.equal(200);
    expect(json['summary']).to.deep.equal({ reward_definition_id: 42, amount: 25 });
    expect(stored(row)).to.deep.equal(corrected);
    expect(row.fingerprint).to.not.equal(fingerprint);
    expect(row.events.at(-1)).to.include({ kind: 'corrected', by: 'grace' });
    const found = await bench.get('/api/v1/deliveries?tenant=acme&email=eve@example.com');
    expect(found.json['deliveries']).to.have.length(1);
  });

  it('goes on naming the trace in which the webhook came, when it puts a corrected one in its place', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const row = bench.park(webhook({ id: 'a' }), { summary: JSON.stringify({ amount: 10, traceparent }) });
    const { json } = await replay(row, webhook({ id: 'a' }, { amount: 25 }));
    expect(json).to.deep.include({
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      summary: { reward_definition_id: 42, amount: 25 },
    });
    expect(JSON.parse(row.record.summary)).to.deep.equal({
      reward_definition_id: 42,
      amount: 25,
      traceparent,
    });
  });

  it('makes the fingerprint that the webhook would have if it arrived', async () => {
    const body = webhook({ id: 'a' }, { amount: 25 });
    const { fingerprint } = bench.park(body);
    const row = bench.park(webhook({ id: 'a' }));
    expect(row.fingerprint).to.not.equal(fingerprint);
    await replay(row, body);
    expect(row.fingerprint).to.equal(fingerprint);
  });

  it('takes no corrected webhook that is none, and says what to fix', async () => {
    const row = bench.park(webhook({ id: 'a' }));
    for (const [body, field, code] of [
      [webhook({ id: 'a' }, { amount: 0 }), 'data.amount', 'not_positive'],
      [webhook({ id: 'a', email: '' }), 'email', 'missing'],
      [[], 'body', 'not_an_object'],
    ] as const) {
      const { status, json } = await replay(row, body);
      expect(status).to.equal(422);
      expect(json).to.include({ code: 'invalid_payload' });
      expect((json['errors'] as object[])[0]).to.include({ field, code });
    }
    for (const [text, says] of [
      ['{"id": "a", ', /^Fix the JSON body at line 1/],
      ['', /empty/],
      ['\ud800', /half of a character/],
      [`"${'€'.repeat(30_000)}"`, /64 KiB/],
    ] as const) {
      const { status, json } = await replay(row, text);
      expect([status, json['code']], text.slice(0, 20)).to.deep.equal([422, 'invalid_payload']);
      expect(json['detail']).to.match(says);
    }
    expect(row.record.state).to.equal('parked');
  });

  it('takes no corrected webhook with another id, with one where there was none, or without the one that there was', async () => {
    for (const [before, after] of [
      ['a', 'b'],
      [undefined, 'b'],
      ['a', undefined],
    ] as const) {
      const row = bench.park(webhook({ id: before }));
      const { status, json } = await replay(row, webhook({ id: after }));
      expect(status).to.equal(422);
      expect(json['detail']).to.match(/^Leave id as it is/);
      expect(row.record.state).to.equal('parked');
    }
  });

  it('goes by the key when the stored webhook cannot be read any more', async () => {
    const [withId, without] = [bench.park(webhook({ id: 'a' })), bench.park(webhook({ id: undefined }))];
    bench.rotateKeys({ isFirstKept: false });
    expect((await replay(withId, webhook({ id: 'b' }))).status).to.equal(422);
    expect((await replay(without, webhook({ id: 'b' }))).status).to.equal(422);
    expect((await replay(withId, webhook({ id: 'a' }))).status).to.equal(200);
    expect((await replay(without, webhook({ id: undefined }))).status).to.equal(200);
  });

  it('takes any id for what was parked as it came, since it has no key yet', async () => {
    const row = bench.parkRefused('{"id": "a", "oops');
    expect((await replay(row, webhook({ id: 'b' }))).status).to.equal(200);
    const reused = bench.parkRefused(JSON.stringify(webhook({ id: 'used' })), { reason: 'id_reused' });
    expect((await replay(reused, webhook({ id: 'fresh' }))).status).to.equal(200);
  });

  it('corrects nothing of a tenant that is not known well enough to read its webhooks, and replays it all the same', async () => {
    const row = bench.park(webhook({ id: 'a' }));
    bench.register('acme', 'loyalty', { rewards: { timezone: 'Mars/Olympus' } });
    const { status, json } = await replay(row, webhook({ id: 'a' }));
    expect(status).to.equal(409);
    expect(json['detail']).to.match(/^Mend the tenant first/);
    expect((await replay(row)).status).to.equal(200);
  });
});

describe('Discarding a delivery', () => {
  let bench: ApiBench;

  beforeEach(async () => {
    bench = await new ApiBench().start();
  });
  afterEach(() => bench.stop());

  it('ends what is parked or waiting, and is a conflict for anything else', async () => {
    for (const [state, status] of [
      ['parked', 200],
      ['waiting', 200],
      ['pending', 409],
      ['issued', 409],
      ['discarded', 409],
    ] as const) {
      const { record } = bench.park(webhook(), { state, reason: null });
      const answer = await bench.post(`/api/v1/deliveries/${record.id}/discard`, { why });
      expect(answer.status, state).to.equal(status);
      if (status === 200)
        expect(answer.json).to.include({ state: 'discarded', reason: 'decided', can_open: false });
    }
    expect(bench.changes).to.deep.equal([
      ['acme', 'discarded', 1],
      ['acme', 'discarded', 1],
    ]);
  });
});

describe('Changing many deliveries', () => {
  let bench: ApiBench;

  beforeEach(async () => {
    bench = await new ApiBench().start();
  });
  afterEach(() => bench.stop());

  for (const [what, state] of [
    ['replay', 'waiting'],
    ['discard', 'discarded'],
  ] as const)
    it(`${what}s those parked first, as many as the limit says, and tells whether more are left`, async () => {
      const rows = Array.from({ length: 5 }, (_, n) => bench.park(webhook(), { since: n }));
      const path = `/api/v1/deliveries/${what}`;
      const filter = { tenant: 'acme' };
      expect((await bench.post(path, { filter, why, limit: 2 })).json).to.deep.equal({
        ...{ count: 2, has_more: true },
      });
      expect(rows.map(({ record }) => record.state)).to.deep.equal([
        state,
        state,
        'parked',
        'parked',
        'parked',
      ]);
      expect((await bench.post(path, { filter, why, limit: 3 })).json).to.deep.equal({
        ...{ count: 3, has_more: false },
      });
      expect((await bench.post(path, { filter, why })).json).to.deep.equal({ count: 0, has_more: false });
    });

  it('discards what is held, of the time that its filter says, and replays none of it', async () => {
    const held = { state: 'waiting', reason: 'held' } as const;
    const rows = [1000, 2000, 3000, 4000].map((since) => bench.park(webhook(), { ...held, since }));
    const others = [
      bench.park(webhook(), { since: 2000 }),
      bench.park(webhook(), { state: 'waiting', reason: 'throttled', since: 2000 }),
    ];
    const timeOf = (ms: number): string => new Date(ms).toISOString();
    const filter = { tenant: 'acme', reason: 'held', since: timeOf(2000), until: timeOf(4000) };
    const answers = async (what: string, limit: number): Promise<object> =>
      (await bench.post(`/api/v1/deliveries/${what}`, { filter, why, limit })).json;
    expect(await answers('replay', 10)).to.deep.equal({ count: 0, has_more: false });
    expect(await answers('discard', 1)).to.deep.equal({ count: 1, has_more: true });
    expect(await answers('discard', 1)).to.deep.equal({ count: 1, has_more: false });
    expect(rows.map(({ record }) => record.state)).to.deep.equal([
      ...['waiting', 'discarded', 'discarded', 'waiting'],
    ]);
    expect(others.map(({ record }) => record.reason)).to.deep.equal(['profile_not_found', 'throttled']);
    expect(bench.changes.slice(-2)).to.deep.equal([
      ['acme', 'discarded', 1],
      ['acme', 'discarded', 1],
    ]);
  });

  it('changes only what its filter says', async () => {
    const other = bench.park(webhook({ id: 'b' }), { reason: 'rejected' });
    const waiting = bench.park(webhook(), { state: 'waiting', reason: 'throttled' });
    const wanted = bench.park(webhook({ id: 'a' }));
    const filter = { tenant: 'acme', reason: 'profile_not_found', id: 'a', email: 'ada@example.com' };
    const { json } = await bench.post('/api/v1/deliveries/replay', { filter, why });
    expect(json).to.deep.equal({ count: 1, has_more: false });
    expect([other, waiting, wanted].map(({ record }) => record.reason)).to.deep.equal([
      ...['rejected', 'throttled', 'replayed'],
    ]);
    expect(bench.lines.at(-1)?.[2]).to.include({
      change: 'replayed',
      tenant: 'acme',
      count: 1,
      user: 'grace',
      why,
    });
    expect(bench.lines.at(-1)?.[2]).to.not.have.property('delivery_id');
    expect(bench.changes).to.deep.equal([['acme', 'replayed', 1]]);
  });
});

describe('Forgetting a person', () => {
  let bench: ApiBench;

  beforeEach(async () => {
    bench = await new ApiBench().start();
  });
  afterEach(() => bench.stop());

  it('erases what is theirs by e-mail or by person_id, and counts what is being worked on', async () => {
    const [byBoth, byId, pending, other] = [
      bench.park(webhook()),
      bench.park(webhook({ email: 'else@example.com' }), { state: 'issued', reason: null }),
      bench.park(webhook(), { state: 'pending', reason: null }),
      bench.park(webhook({ email: 'bob@example.com', person_id: '01ACMEBOB' })),
    ];
    const person = { email: 'ADA@example.com', person_id: '01ACMEADA' };
    const { json } = await bench.post('/api/v1/erasures', { tenant: 'acme', ...person });
    expect(json).to.deep.equal({ erased: 2, under_way: 1 });
    const states = [byBoth, byId, pending, other].map(({ record: { state, reason } }) => [state, reason]);
    expect(states).to.deep.equal([
      ...[
        ['discarded', 'erased'],
        ['issued', null],
      ],
      ...[
        ['pending', null],
        ['parked', 'profile_not_found'],
      ],
    ]);
    expect(bench.changes).to.deep.equal([['acme', 'erased', 2]]);
    expect(JSON.stringify(bench.lines)).to.not.match(/ADA@|01ACMEADA/);
  });

  it('needs one of e-mail and person_id', async () => {
    const { status, json } = await bench.post('/api/v1/erasures', { tenant: 'acme' });
    expect(status).to.equal(400);
    expect(json['errors']).to.have.deep.nested.property('[0].field', 'email');
    expect(bench.admin.calls).to.deep.equal([]);
  });
});

describe('Who may change what', () => {
  let bench: ApiBench;

  beforeEach(async () => {
    bench = await new ApiBench().start();
  });
  afterEach(() => bench.stop());

  const requests: Readonly<Record<string, (id: string) => readonly [string, object]>> = {
    replay: (id: string) => [`/api/v1/deliveries/${id}/replay`, { why }],
    discard: (id: string) => [`/api/v1/deliveries/${id}/discard`, { why }],
    'replay of many': () => ['/api/v1/deliveries/replay', { filter: { tenant: 'acme' }, why }],
    'discard of many': () => ['/api/v1/deliveries/discard', { filter: { tenant: 'acme' }, why }],
    erasure: () => ['/api/v1/erasures', { tenant: 'acme', email: 'ada@example.com' }],
  };

  for (const [what, roles] of Object.entries({
    replay: { get: 403, 'get update': 200, 'list update': 404, 'get delete list payload': 403, '': 404 },
    discard: { get: 403, 'get delete': 200, 'list delete': 404, 'get update list payload': 403, '': 404 },
    'replay of many': { list: 403, 'list update': 200, 'get update': 404, 'list delete': 403, '': 404 },
    'discard of many': { list: 403, 'list delete': 200, 'get delete': 404, 'list update': 403, '': 404 },
    erasure: { list: 403, 'list delete': 200, 'get delete': 404, 'list update': 403, '': 404 },
  }))
    for (const [role, status] of Object.entries(roles))
      it(`answers ${status} for a ${what} to who may ${role === '' ? 'nothing' : role}`, async () => {
        const row = bench.park(webhook());
        bench.roles = { ada: { loyalty: role.split(' ') as Permission[] } };
        const [path, body] = requests[what]!(row.record.id);
        const answer = await bench.post(path, body, { as: 'ada' });
        expect(answer.status).to.equal(status);
        expect(row.record.state === 'parked').to.equal(status !== 200);
        expect(bench.changes.length).to.equal(status === 200 ? 1 : 0);
      });

  it('tells nobody apart who asks for what is not there from who asks for what they may not see', async () => {
    const { id } = bench.park(webhook()).record;
    bench.roles = { ada: {} };
    const answerOf = async (id: string): Promise<object> => {
      const { status, json } = await bench.post(`/api/v1/deliveries/${id}/replay`, { why }, { as: 'ada' });
      const { request_id: requestId, ...others } = json;
      return { status, others };
    };
    expect(await answerOf(id)).to.deep.equal(await answerOf(randomUUID()));
  });
});
