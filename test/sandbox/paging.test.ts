import { expect } from 'chai';
import { callSandbox, reward, rowsOf, type Caller } from './caller.ts';

type Meta = Record<string, number | null>;
type Listing = { meta: Meta; links: Record<string, string | null> };

const pages: [string, number[], Meta][] = [
  ['', [1, 2, 3], { current_page: 1, last_page: 3, from: 1, to: 3, total: 7, per_page: 3 }],
  ['page[number]=3', [7], { current_page: 3, last_page: 3, from: 7, to: 7, total: 7, per_page: 3 }],
  ['page[number]=9', [], { current_page: 9, last_page: 3, from: null, to: null, total: 7, per_page: 3 }],
  ['page[size]=5', [1, 2, 3, 4, 5], { current_page: 1, last_page: 2, from: 1, to: 5, total: 7, per_page: 5 }],
  ['page[size]=x&page[number]=0', [1, 2, 3], { current_page: 1, last_page: 3, from: 1, to: 3, total: 7 }],
];

describe('sandbox paging', () => {
  let caller: Caller;
  before(async () => {
    caller = await callSandbox({ pageSize: 3 });
    for (let count = 0; count < 7; count += 1) await caller.call('POST', '/rewards', reward());
  });
  after(() => caller.close());

  for (const [query, ids, meta] of pages) {
    it(`cuts the page that "${query}" asks for`, async () => {
      const reply = await caller.call('GET', `/rewards?${query}`);
      expect(rowsOf(reply).map(({ id }) => id)).to.deep.equal(ids);
      expect((reply.json as Listing).meta).to.deep.include(meta);
    });
  }

  it('links the pages so that following next reads them all', async () => {
    const seen: unknown[] = [];
    let next: string | null = `${caller.sandbox.baseURL('acme')}/rewards?page[size]=2`;
    while (next !== null) {
      const reply = await caller.call('GET', next);
      seen.push(...rowsOf(reply).map(({ id }) => id));
      next = (reply.json as Listing).links['next'] ?? null;
    }
    expect(seen).to.deep.equal([1, 2, 3, 4, 5, 6, 7]);
  });

  it('starts with fifteen rows a page', async () => {
    const plain = await callSandbox();
    const reply = await plain.call('GET', '/rewards');
    expect((reply.json as Listing).meta).to.include({ per_page: 15, total: 0, from: null });
    await plain.close();
  });
});
