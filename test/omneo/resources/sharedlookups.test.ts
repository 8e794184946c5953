import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import type { ResourceRows } from '../../../src/omneo/resources/calls.ts';
import { SharedLookups } from '../../../src/omneo/resources/sharedlookups.ts';
import { type Observed, clientOf, dispatcher, rewardsOf } from '../parts.ts';
import { type ManualClock, manualClock } from '../time.ts';
import { type Upstream, answer, startUpstream } from '../upstream.ts';

const first = { externalId: 'known-1', resourceId: 1 };
const last = { externalId: 'known-2', resourceId: 2 };
const idsOf = (count: number) => Array.from({ length: count }, (_, index) => `order-${index}`);

/** What an Omneo holds, by external_id. */
type Held = Readonly<Record<string, number | bigint>>;
/** What it adds to the rows. */
type More = Readonly<{ nulls?: number; total?: number }>;
/** Which rows it gives for the ids it was asked for, all at once. */
type Understanding = (ids: readonly string[], held: Held) => readonly (number | bigint)[];

const understands: Understanding = (ids, held) =>
  ids.flatMap((id) => (held[id] === undefined ? [] : [held[id]]));

describe('SharedLookups', () => {
  const upstreams: Upstream[] = [];

  afterEach(async () => {
    await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
  });

  async function omneo(
    options: Readonly<{
      held?: Held;
      understanding?: Understanding;
      status?: () => number;
      hangs?: string;
      more?: More;
      observed?: Observed[];
    }> = {},
  ) {
    const { understanding = understands, status = () => 200 } = options;
    const held = { 'known-1': 1, 'known-2': 2, ...options.held };
    const asked: string[][] = [];
    const upstream = await startUpstream((response, { path }) => {
      const query = new URL(path, 'http://omneo').searchParams;
      const one = query.get('filter[external_id]');
      const ids = one === null ? (query.get('filter[external_id][in]') ?? '').split(',') : [one];
      asked.push(ids);
      if (one !== null && one === options.hangs) return;
      const rows = one === null ? understanding(ids, held) : understands(ids, held);
      const code = one === null ? status() : 200;
      const { nulls = 0, total } = one === null ? (options.more ?? {}) : {};
      const data = [
        ...rows.map((id) => ({ id: JSON.rawJSON(String(id)) })),
        ...Array<null>(nulls).fill(null),
      ];
      const meta = total === undefined ? {} : { meta: { total } };
      answer(response, code, code === 200 ? { data, ...meta } : {});
    });
    upstreams.push(upstream);
    const clock: ManualClock = manualClock();
    const { observed = [] } = options;
    const client = clientOf({ baseURL: upstream.url, clock, dispatcher: dispatcher(), observed });
    const lookups = new SharedLookups(rewardsOf(client), clock);
    return { lookups, asked, clock, shared: () => asked.filter((ids) => ids.length > 1) };
  }

  const lookUpAll = (lookups: SharedLookups, ids: readonly string[]): Promise<ResourceRows[]> =>
    Promise.all(ids.map((id) => lookups.lookUp(id)));

  it('asks for each id by itself when one comes after the other', async () => {
    const { lookups, asked } = await omneo();
    lookups.created(first);
    lookups.created(last);
    for (const id of idsOf(6)) expect(await lookups.lookUp(id)).to.deep.equal([]);
    expect(asked).to.deep.equal(idsOf(6).map((id) => [id]));
  });

  it('asks for many at once in a burst, between two rewards that are known', async () => {
    const { lookups, asked, shared } = await omneo();
    lookups.created(first);
    lookups.created(last);
    const rows = await lookUpAll(lookups, idsOf(100));
    expect(rows).to.deep.equal(idsOf(100).map(() => []));
    expect(asked.length).to.be.at.most(8);
    for (const ids of shared()) expect([ids[0], ids.at(-1)]).to.deep.equal(['known-1', 'known-2']);
    const all = asked.flat().filter((id) => id.startsWith('order-'));
    expect(all.toSorted()).to.deep.equal(idsOf(100).toSorted());
    expect(Math.max(...asked.map((ids) => ids.length))).to.be.within(3, 42);
  });

  it('asks for many at once also where a number does not hold the ids of the two rewards', async () => {
    const [one, other] = [9_223_372_036_854_775_806n, 9_223_372_036_854_775_807n];
    const { lookups, shared } = await omneo({ held: { 'known-1': one, 'known-2': other } });
    lookups.created({ ...first, resourceId: one });
    lookups.created({ ...last, resourceId: other });
    await lookUpAll(lookups, idsOf(20));
    await lookUpAll(lookups, idsOf(20));
    expect(shared()).to.have.length.at.least(2);
  });

  it('asks for each by itself as long as fewer than two rewards are known', async () => {
    const { lookups, shared } = await omneo();
    await lookUpAll(lookups, idsOf(20));
    lookups.created(first);
    lookups.created({ ...first, externalId: 'KNOWN-1' });
    lookups.created({ ...first, externalId: 'known-2' });
    await lookUpAll(lookups, idsOf(20));
    expect(shared()).to.deep.equal([]);
  });

  describe('asks on behalf of', () => {
    let whose: AsyncLocalStorage<string>;
    let askers: (string | undefined)[];
    let observed: Observed[];

    beforeEach(() => {
      whose = new AsyncLocalStorage();
      askers = [];
      class Observing extends Array<Observed> {
        override push(): number {
          return askers.push(whose.getStore());
        }
      }
      observed = new Observing();
    });

    const lookUpEach = (
      lookups: SharedLookups,
      ids: readonly string[],
      mayWait = false,
    ): Promise<ResourceRows[]> =>
      Promise.all(ids.map((id) => whose.run(id, () => lookups.lookUp(id, mayWait))));

    it('whom it is asked by, when it asks by itself, whoever else waited', async () => {
      const { lookups } = await omneo({ understanding: () => [], observed });
      lookups.created(first);
      lookups.created(last);
      await lookUpEach(lookups, idsOf(20));
      expect(new Set(askers)).to.have.keys(idsOf(20));
    });

    it('the first that waits for it, when it asks for many at once, and of nobody that it is not for', async () => {
      const { lookups, shared } = await omneo({ observed });
      lookups.created(first);
      lookups.created(last);
      await lookUpEach(lookups, idsOf(100));
      const leaders = shared().map(([, id]) => id);
      expect(leaders).to.have.members(['order-4', 'order-44', 'order-84']);
      expect(askers).to.have.members([...idsOf(4), ...leaders]);
    });

    it('the first that waits for it likewise, when their time is over', async () => {
      const { lookups, clock } = await omneo({ observed });
      lookups.created(first);
      lookups.created(last);
      const looked = lookUpEach(lookups, idsOf(3), true);
      clock.advance(200);
      await looked;
      expect(askers).to.deep.equal(['order-0']);
    });
  });

  it('finds what is there, though it asked for many at once', async () => {
    const { lookups } = await omneo({ held: { 'order-11': 711, 'order-17': 717 } });
    lookups.created(first);
    lookups.created(last);
    const rows = await lookUpAll(lookups, idsOf(30));
    const found = rows.flatMap((each, index) => (each.length > 0 ? [[index, each[0]?.['id']]] : []));
    expect(found).to.deep.equal([
      [11, 711],
      [17, 717],
    ]);
  });

  const misunderstandings: Record<string, Understanding> = {
    'finds nothing': () => [],
    'ignores the filter': () => [1, 2, 900, 901],
    'shows a page of others': () => [900, 901],
    'reads the first id alone': ([id = ''], held) => understands([id], held),
    'reads the last id alone': (ids, held) => understands(ids.slice(-1), held),
    'reads no more than ten ids': (ids, held) => understands(ids.slice(0, 10), held),
    'shows a page of one row': (ids, held) => understands(ids, held).slice(0, 1),
    'takes the list for one id': (ids, held) => understands([ids.join()], held),
    'knows one of the two no longer': (ids, held) => understands(ids, held).filter((id) => id !== 2),
  };
  for (const [what, understanding] of Object.entries(misunderstandings)) {
    it(`believes nothing of an Omneo that ${what} when it is asked for many`, async () => {
      const { lookups, shared } = await omneo({ held: { 'order-11': 711 }, understanding });
      lookups.created(first);
      lookups.created(last);
      const rows = await lookUpAll(lookups, idsOf(30));
      expect(rows.map((each) => each.length)).to.deep.equal(idsOf(30).map((_, n) => (n === 11 ? 1 : 0)));
      expect(shared()).to.not.be.empty;
    });
  }

  for (const [what, more] of Object.entries({
    'counts more than it shows': { total: 3 },
    'blanks out a row': { nulls: 1 },
  })) {
    it(`believes nothing of an Omneo that ${what} when it is asked for many`, async () => {
      const { lookups, shared, asked } = await omneo({ more });
      lookups.created(first);
      lookups.created(last);
      await lookUpAll(lookups, idsOf(30));
      expect(shared()).to.have.length(1);
      expect(asked.filter((ids) => ids.length === 1)).to.have.length(30);
    });
  }

  it('takes the word of an Omneo that counts what it shows', async () => {
    const { lookups, asked } = await omneo({ more: { total: 2 } });
    lookups.created(first);
    lookups.created(last);
    await lookUpAll(lookups, idsOf(30));
    expect(asked).to.have.length(5);
  });

  it('asks for each by itself for a minute after an answer that proved nothing, and then tries again', async () => {
    const understanding: Understanding = () => [];
    const { lookups, shared, clock } = await omneo({ understanding });
    const know = (): void => {
      lookups.created(first);
      lookups.created(last);
    };
    know();
    await lookUpAll(lookups, idsOf(20));
    const before = shared().length;
    know();
    clock.advance(59_999);
    await lookUpAll(lookups, idsOf(20));
    expect(shared().length).to.equal(before);
    clock.advance(1);
    await lookUpAll(lookups, idsOf(20));
    expect(shared().length).to.be.above(before);
  });

  for (const status of [400, 404, 422]) {
    it(`asks for each by itself when the question for many is answered ${status}`, async () => {
      const { lookups } = await omneo({ held: { 'order-11': 711 }, status: () => status });
      lookups.created(first);
      lookups.created(last);
      const rows = await lookUpAll(lookups, idsOf(30));
      expect(rows.flat().map((row) => row['id'])).to.deep.equal([711]);
    });
  }

  for (const [status, fault, again] of [
    [500, 'unavailable', false],
    [414, 'unavailable', false],
    [403, 'refused', false],
    [429, 'throttled', true],
  ] as const) {
    it(`fails all that share a question which is answered ${status}, and ${again ? 'shares' : 'does not share'} the next`, async () => {
      const { lookups, shared } = await omneo({ status: () => status });
      const know = (): void => {
        lookups.created(first);
        lookups.created(last);
      };
      know();
      const faults = await Promise.all(
        idsOf(30).map((id) =>
          lookups.lookUp(id).then(
            () => 'nothing there',
            (error: unknown) => (error as { fault: string }).fault,
          ),
        ),
      );
      expect(faults.slice(0, 4)).to.deep.equal(Array(4).fill('nothing there'));
      expect(new Set(faults.slice(4))).to.deep.equal(new Set([fault]));
      const before = shared().length;
      know();
      await Promise.allSettled(idsOf(30).map((id) => lookups.lookUp(id)));
      expect(shared().length > before).to.equal(again);
    });
  }

  it('lets one that may wait share a call though there is no burst', async () => {
    const { lookups, asked, clock } = await omneo();
    lookups.created(first);
    lookups.created(last);
    const looked = Promise.all(idsOf(3).map((id) => lookups.lookUp(id, true)));
    clock.advance(200);
    expect(await looked).to.deep.equal([[], [], []]);
    expect(asked).to.deep.equal([['known-1', ...idsOf(3), 'known-2']]);
  });

  for (const odd of ['a,b', 'known-1', 'KNOWN-2', 'ünïcode', 'with space', 'x'.repeat(65)]) {
    it(`asks for ${odd.slice(0, 12)} by itself`, async () => {
      const { lookups, asked } = await omneo({ held: { [odd]: 799 } });
      lookups.created(first);
      lookups.created(last);
      const burst = lookUpAll(lookups, idsOf(30));
      const rows = await lookups.lookUp(odd);
      await burst;
      expect(rows.map((row) => row['id'])).to.deep.equal([799]);
      expect(asked).to.deep.include([odd]);
    });
  }

  it('waits no longer than 200 ms for look-ups that hang', async () => {
    const { lookups, asked, clock } = await omneo({ hangs: 'order-0' });
    lookups.created(first);
    lookups.created(last);
    const all = idsOf(10).map((id) => lookups.lookUp(id));
    await Promise.all(all.slice(1, 4));
    while (asked.length < 4) await turn();
    clock.advance(199);
    for (let turns = 0; turns < 5; turns++) await turn();
    expect(asked).to.have.length(4);
    clock.advance(1);
    expect(await Promise.all(all.slice(4))).to.deep.equal(idsOf(6).map(() => []));
    expect(asked).to.have.length(5);
    expect(await lookups.lookUp('later'), 'the hanging one does not count for ever').to.deep.equal([]);
  });

  it('looks up with a question that was asked after the look-up was wanted', async () => {
    const { lookups, asked } = await omneo();
    lookups.created(first);
    lookups.created(last);
    const early = lookUpAll(lookups, idsOf(5));
    while (asked.length < 4) await turn();
    const before = asked.length;
    const late = lookups.lookUp('late');
    await Promise.all([early, late]);
    expect(asked.slice(before).flat()).to.include('late');
  });
});
