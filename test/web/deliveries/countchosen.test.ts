import { expect } from 'chai';
import type { DeliveryList } from '../../../web/api/types.ts';
import { manyWords } from '../../../web/deliveries/change.ts';
import { countChosen } from '../../../web/deliveries/countchosen.ts';

/** An API with so many parked deliveries, and what it was asked. */
function apiWith(total: number): {
  asked: object[];
  deliveries: (query: Record<string, string | undefined>) => Promise<DeliveryList>;
} {
  const asked: object[] = [];
  return {
    asked,
    deliveries: (query) => {
      asked.push(query);
      const from = Number(query['cursor'] ?? 0);
      const end = Math.min(total, from + Number(query['limit']));
      const deliveries = Array.from(
        { length: end - from },
        () => ({}),
      ) as unknown as DeliveryList['deliveries'];
      return Promise.resolve({ deliveries, ...(end < total && { next_cursor: String(end) }) });
    },
  };
}

describe('Counting what a change of many is about', () => {
  const counts: [total: number, count: number, hasMore: boolean, pages: number][] = [
    [0, 0, false, 1],
    [3, 3, false, 1],
    [200, 200, false, 1],
    [201, 201, false, 2],
    [1000, 1000, false, 5],
    [1001, 1000, true, 5],
  ];
  for (const [total, count, hasMore, pages] of counts)
    it(`gives ${count}${hasMore ? ' and that there are more' : ''} of ${total}, by ${pages} pages`, async () => {
      const api = apiWith(total);
      expect(await countChosen(api, { tenant: 'acme' })).to.deep.equal({ count, hasMore });
      expect(api.asked).to.have.length(pages);
      expect(api.asked[0]).to.include({ tenant: 'acme', state: 'parked' });
    });

  it('counts what waits when that is held', async () => {
    const api = apiWith(3);
    expect(await countChosen(api, { tenant: 'acme', reason: 'held' })).to.include({ count: 3 });
    expect(api.asked[0]).to.include({ reason: 'held', state: 'waiting' });
  });

  it('is said in words', () => {
    expect([manyWords(1, false), manyWords(2, false), manyWords(1000, true)]).to.deep.equal([
      '1 delivery',
      '2 deliveries',
      'the 1000 oldest deliveries',
    ]);
  });
});
