import { expect } from 'chai';
import fc from 'fast-check';
import { timeOrderedUuid } from '../../src/lib/timeordereduuid.ts';

const moments = fc.integer({ min: 0, max: 2 ** 48 - 1 });

describe('A UUID in the order of time', () => {
  it('has the form of version 7, with its time in front', () => {
    expect(timeOrderedUuid(0x0190_0bcd_ef12)).to.match(
      /^01900bcd-ef12-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it('sorts as the moments at which two were made', () => {
    fc.assert(
      fc.property(moments, moments, (one, other) => {
        fc.pre(one < other);
        expect(timeOrderedUuid(one) < timeOrderedUuid(other)).to.equal(true);
      }),
    );
  });

  it('is another one each time, in one millisecond too', () => {
    const made = Array.from({ length: 10_000 }, () => timeOrderedUuid(1_800_000_000_000));
    expect(new Set(made).size).to.equal(made.length);
  });
});
