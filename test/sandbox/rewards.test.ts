import { expect } from 'chai';
import { refusalWords } from '../../sandbox/refusals.ts';
import { ada, callSandbox, dataOf, gone, reward, rowsOf, type Caller } from './caller.ts';

const refused: [string, Record<string, unknown>, string][] = [
  ['no profile', { profile_id: undefined }, 'profile_id'],
  ['an unknown profile', { profile_id: 'x' }, 'profile_id'],
  ['a deleted profile', { profile_id: gone }, 'profile_id'],
  ['no time zone', { timezone: '' }, 'timezone'],
  ['an unknown time zone', { timezone: 'Mars/Base' }, 'timezone'],
  ['an offset as time zone', { timezone: '+10:00' }, 'timezone'],
  ['no definition', { reward_definition_id: null }, 'reward_definition_id'],
  ['an unknown definition', { reward_definition_id: 7 }, 'reward_definition_id'],
  [
    'an unknown handle',
    { reward_definition_id: undefined, reward_definition_handle: 'x' },
    'reward_definition_handle',
  ],
  ['no value', { value_initial: undefined }, 'value_initial'],
  ['a value in words', { value_remaining: 'ten' }, 'value_remaining'],
  ['a value over the maximum', { value_initial: 100.01 }, 'value_initial'],
  ['a scalar as meta', { meta: 'x' }, 'meta'],
  ['a number as external_id', { external_id: 7 }, 'external_id'],
  ['a date that does not exist', { expires_at: '2026-02-30 00:00:00' }, 'expires_at'],
  ['words for a date', { issued_at: 'tomorrow' }, 'issued_at'],
];

const times: [string, string, string, string][] = [
  ['Australia/Melbourne', '2026-01-02 03:04:05', '2026-01-01 16:04:05', '2026-01-02 03:04:05'],
  ['Australia/Melbourne', '2026-07-02 03:04:05', '2026-07-01 17:04:05', '2026-07-02 03:04:05'],
  ['Australia/Melbourne', '2026-04-05 01:59:59', '2026-04-04 14:59:59', '2026-04-05 01:59:59'],
  ['Europe/Berlin', '2026-03-29 03:00:00', '2026-03-29 01:00:00', '2026-03-29 03:00:00'],
  ['Europe/Berlin', '2026-03-29 02:30:00', '2026-03-29 01:30:00', '2026-03-29 03:30:00'],
  ['UTC', '2026-03-29', '2026-03-29 00:00:00', '2026-03-29 00:00:00'],
  ['Europe/Berlin', '2026-06-01T12:00:00Z', '2026-06-01 12:00:00', '2026-06-01 14:00:00'],
];

describe('sandbox rewards', () => {
  let caller: Caller;
  beforeEach(async () => {
    caller = await callSandbox();
  });
  afterEach(() => caller.close());

  const create = (more: Record<string, unknown> = {}) => caller.call('POST', '/rewards', reward(more));
  const list = async (query: string) =>
    rowsOf(await caller.call('GET', `/rewards?${query}`)).map(({ id }) => id);

  describe('filters by external_id', () => {
    for (const [externalIdFilter, kept, asked, isFound] of [
      ['exact', 'Order-7', 'Order-7', true],
      ['exact', 'Order-7', 'order-7', false],
      ['partial', 'order-7', 'der-', true],
      ['split', 'order-7', 'x,order-7', true],
      ['split', 'x,order-7', 'x,order-7', false],
      ['folded', 'Kx7é', 'kX7E', true],
      ['folded', 'Kx7é', 'kX7F', false],
      ['cut', '0123456789abcdef', '0123456789abcdefgh', true],
      ['numeric', '007', '7', true],
      ['numeric', '007', 'x7', false],
      ['wildcard', 'order-7', 'order_7', true],
      ['trimmed', 'order-7', '\u200border-7 ', true],
      ['trimmed', 'order-7', 'order\u200b-7', false],
      ['wildcard', 'order-7', 'o%7', true],
      ['wildcard', 'order-7', 'o.*7', false],
      ['blind', 'order-7', 'order-7', false],
    ] as const) {
      it(`(${externalIdFilter}) ${isFound ? '' : 'not '}${kept} for ${asked}`, async () => {
        caller.sandbox.setOption({ externalIdFilter });
        await create({ external_id: kept });
        const found = await list(`filter[external_id]=${encodeURIComponent(asked)}`);
        expect(found).to.deep.equal(isFound ? [1] : []);
      });
    }
  });

  for (const [externalIdStored, sent, kept] of [
    ['lower', 'Order-A', 'order-a'],
    ['upper', 'Order-A', 'ORDER-A'],
    ['trimmed', ' a ', 'a'],
    ['prefixed', 'a', 'klaviyo:a'],
    ['cut', '0123456789abcdefgh', '0123456789abcdef'],
    ['normalised', 'e\u0301', '\u00e9'],
  ] as const) {
    it(`keeps an external_id ${externalIdStored}`, async () => {
      caller.sandbox.setOption({ externalIdStored, showExternalId: true });
      expect(dataOf(await create({ external_id: sent }))).to.include({ external_id: kept });
    });
  }

  for (const words of refusalWords) {
    it(`refuses in other words: ${words}`, async () => {
      caller.sandbox.setOption({ refusalWords: words });
      const { status, json } = await create({ reward_definition_id: 7 });
      expect(status).to.equal(422);
      expect(JSON.stringify(json)).to.not.include('reward_definition_id');
      expect(caller.sandbox.rewards('acme')).to.be.empty;
    });
  }

  it('lists what is spent, over or dated ahead, unless it is told not to', async () => {
    await create({ external_id: 'now' });
    await create({ external_id: 'ahead', issued_at: '2999-01-01 00:00:00' });
    await create({ external_id: 'over', expires_at: '2001-01-01 00:00:00' });
    await create({ external_id: 'spent', value_remaining: 0 });
    expect(await list('')).to.deep.equal([1, 2, 3, 4]);
    caller.sandbox.setOption({ listsOnlyValid: true });
    expect(await list('')).to.deep.equal([1]);
  });

  it('answers 201 with amounts as strings, times in UTC and no external_id', async () => {
    const reply = await create({ external_id: 'e1', meta: { flow: 'winback' }, nonsense: true });
    expect(reply.status).to.equal(201);
    expect(dataOf(reply)).to.deep.include({
      id: 1,
      profile_id: ada,
      definition: { id: 42, handle: 'winback' },
      value_initial: '10.00',
      value_remaining: '10.00',
      issued_at: '2026-01-15 12:00:00',
      expires_at: null,
      is_active: true,
      meta: { flow: 'winback' },
    });
    expect(dataOf(reply)).to.not.have.any.keys('external_id', 'committedAt', 'nonsense');
    expect(caller.sandbox.rewards('acme')).to.have.lengthOf(1);
    expect(caller.sandbox.rewards('acme')[0]).to.include({ external_id: 'e1', value_initial: 10 });
  });

  it('answers numbers and external_id when told so', async () => {
    caller.sandbox.setOption({ numbersAs: 'number', showExternalId: true });
    expect(dataOf(await create({ external_id: 'e1' }))).to.include({ external_id: 'e1', value_initial: 10 });
  });

  it('counts ids from where it is told to, beyond what a number holds', async () => {
    caller.sandbox.setOption({ firstRewardId: '9007199254740993' });
    expect((await create({})).text).to.include('"id":9007199254740993,');
    expect((await create({})).text).to.include('"id":9007199254740994,');
    expect((await caller.call('GET', '/rewards/9007199254740994')).text).to.include('"id":9007199254740994,');
    expect((await caller.call('GET', '/rewards/2')).status).to.equal(404);
    expect((await caller.call('DELETE', '/rewards/9007199254740993')).status).to.equal(204);
    expect(caller.sandbox.rewards('acme')).to.have.lengthOf(1);
  });

  it('takes a definition by its handle, and numbers as strings', async () => {
    const by = {
      reward_definition_id: undefined,
      reward_definition_handle: 'birthday',
      value_initial: '25.5',
    };
    const reply = await create(by);
    expect(dataOf(reply)).to.deep.include({
      definition: { id: 6, handle: 'birthday' },
      value_initial: '25.50',
    });
  });

  for (const [name, fields, field] of refused) {
    it(`refuses ${name} with 422`, async () => {
      const reply = await create(fields);
      expect(reply.status).to.equal(422);
      expect(reply.json).to.include({ message: 'The given data was invalid.' });
      expect((reply.json as { errors: object }).errors).to.have.all.keys(field);
      expect(caller.sandbox.rewards('acme')).to.deep.equal([]);
    });
  }

  it('lists everything that is wrong at once', async () => {
    const { errors } = (await caller.call('POST', '/rewards', {})).json as { errors: object };
    expect(errors).to.have.all.keys(
      'profile_id',
      'timezone',
      'reward_definition_id',
      'value_initial',
      'value_remaining',
    );
  });

  for (const [timezone, local, utc, localAgain] of times) {
    it(`takes ${local} in ${timezone} for ${utc} UTC`, async () => {
      const data = dataOf(await create({ timezone, expires_at: local }));
      expect(data).to.include({ timezone, expires_at: utc, expires_local_at: localAgain });
    });
  }

  it('accepts a known external_id again, and lists both', async () => {
    await create({ external_id: 'e1' });
    expect((await create({ external_id: 'e1' })).status).to.equal(201);
    expect(await list('filter[external_id]=e1')).to.deep.equal([1, 2]);
  });

  it('refuses a known external_id when told so', async () => {
    caller.sandbox.setOption({ uniqueExternalId: true });
    await create({ external_id: 'e1' });
    const reply = await create({ external_id: 'e1' });
    expect(reply.status).to.equal(422);
    expect(reply.json).to.have.nested.property('errors.external_id');
  });

  it('takes a part of an external_id for the whole when told so', async () => {
    caller.sandbox.setOption({ externalIdFilter: 'partial' });
    for (const id of ['a1', 'a12', 'b1']) await create({ external_id: id });
    expect(await list('filter[external_id]=a1')).to.deep.equal([1, 2]);
    expect(await list('filter[external_id]=a2')).to.deep.equal([]);
  });

  it('filters by one external_id or a list of them', async () => {
    for (const id of ['a', 'b', 'c']) await create({ external_id: id });
    expect(await list('filter[external_id]=b')).to.deep.equal([2]);
    expect(await list('filter[external_id][in]=c,a')).to.deep.equal([3, 1]);
    expect(await list('filter[external_id]=nothing')).to.deep.equal([]);
    expect(await list('')).to.deep.equal([1, 2, 3]);
  });

  it('shows a reward to lists only after the lag, but at once by its id', async () => {
    caller.sandbox.setOption({ lookupLagMs: 1000 });
    await create({ external_id: 'a' });
    caller.tick(999);
    expect([await list('filter[external_id]=a'), await list('')]).to.deep.equal([[], []]);
    expect((await caller.call('GET', '/rewards/1')).status).to.equal(200);
    caller.tick(1);
    expect([await list('filter[external_id]=a'), await list('')]).to.deep.equal([[1], [1]]);
  });

  it('deletes a reward, which then nothing finds', async () => {
    await create({ external_id: 'a' });
    const reply = await caller.call('DELETE', '/rewards/1');
    expect([reply.status, reply.text]).to.deep.equal([204, '']);
    expect(await list('filter[external_id]=a')).to.deep.equal([]);
    expect((await caller.call('GET', '/rewards/1')).status).to.equal(404);
    expect((await caller.call('DELETE', '/rewards/1')).status).to.equal(404);
  });

  it('calls a reward expired once its time has come', async () => {
    await create({ expires_at: '2026-01-15 12:00:01' });
    caller.tick(1000);
    expect(dataOf(await caller.call('GET', '/rewards/1'))).to.include({ is_expired: true, is_active: false });
  });

  it('lists and gets definitions', async () => {
    expect(rowsOf(await caller.call('GET', '/rewards/definitions'))).to.have.lengthOf(2);
    expect(rowsOf(await caller.call('GET', '/rewards/definitions?filter[handle]=winback'))).to.have.lengthOf(
      1,
    );
    expect(dataOf(await caller.call('GET', '/rewards/definitions/42'))).to.include({
      id: 42,
      max_value: 100,
    });
    expect((await caller.call('GET', '/rewards/definitions/7')).status).to.equal(404);
  });
});
