/** What the bench counts inside a program. */
import { expect } from 'chai';
import fc from 'fast-check';
import { AllocationCount, allocatedBetween } from '../../bench/harness/allocation.ts';
import { collectionsOf, lateness } from '../../bench/harness/inside.ts';

describe('The bytes allocated between two readings', () => {
  it('are what is in use more, and what was collected meanwhile', () => {
    expect(allocatedBetween(100, [], 130)).to.equal(30);
    const collections = [
      { before: 150, after: 20 },
      { before: 90, after: 80 },
    ];
    expect(allocatedBetween(100, collections, 85)).to.equal(50 + 70 + 5);
  });

  it('do not depend on when it was collected', () => {
    const turns = fc.array(fc.record({ allocated: fc.nat(1000), freed: fc.nat(1000) }));
    fc.assert(
      fc.property(fc.nat(1e6), turns, (begin, made) => {
        let used = begin;
        const collections = made.map(({ allocated, freed }) => {
          const before = used + allocated;
          used = before - freed;
          return { before, after: used };
        });
        const all = made.reduce((sum, { allocated }) => sum + allocated, 0);
        expect(allocatedBetween(begin, collections, used)).to.equal(all);
      }),
    );
  });

  it('are counted by V8 to a tenth, over collections too', () => {
    const [count, words] = [100_000, 100];
    const kept: unknown[] = [];
    const counting = new AllocationCount();
    for (let each = 0; each < count; each++) kept[each % 10] = new Array(words).fill(each);
    const bytes = counting.stop();
    // The elements and their header of two words, and the array itself of four.
    const expected = count * (words + 2 + 4) * 8;
    expect(bytes / expected).to.be.within(0.9, 1.1);
  });
});

describe('What goes on inside', () => {
  it('is late by what lies beyond the pause between two looks', () => {
    expect([lateness(5e6), lateness(4.9e6), lateness(7.5e6)]).to.deep.equal([0, 0, 2.5]);
  });

  it('counts collections, the longest and all of them together', () => {
    expect(collectionsOf([1, 4, 2])).to.deep.equal({ count: 3, longestMs: 4, totalMs: 7 });
    expect(collectionsOf([])).to.deep.equal({ count: 0, longestMs: 0, totalMs: 0 });
  });
});
