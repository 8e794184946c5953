import { expect } from 'chai';
import { RandomBytes } from '../../src/lib/randombytes.ts';

describe('Random bytes', () => {
  it('are as many as were asked for, and none come twice, however many are made at once', () => {
    const bytes = new RandomBytes(12);
    const all = Array.from({ length: 2000 }, () => bytes.next());
    expect(all.every(({ length }) => length === 12)).to.equal(true);
    expect(new Set(all.map((each) => each.toString('hex')))).to.have.property('size', 2000);
  });

  it('that were given are not written over by those that come later', () => {
    const bytes = new RandomBytes(12);
    const first = bytes.next();
    const copy = Buffer.from(first);
    for (let count = 0; count < 2000; count += 1) bytes.next();
    expect(first).to.deep.equal(copy);
  });

  it('of two sources differ', () => {
    expect(new RandomBytes(12).next()).to.not.deep.equal(new RandomBytes(12).next());
  });
});
