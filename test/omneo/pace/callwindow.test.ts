import { expect } from 'chai';
import fc from 'fast-check';
import {
  type CallWindow,
  advance,
  beginOf,
  countOf,
  countSince,
  msUntilAtMost,
  noCalls,
  withCall,
  withoutCall,
} from '../../../src/omneo/pace/callwindow.ts';

/** With calls at these times, in milliseconds. */
const windowOf = (...times: readonly number[]): CallWindow => times.reduce(withCall, noCalls);

describe('the calls of the last minute', () => {
  it('are none at first', () => {
    expect(countOf(noCalls)).to.equal(0);
    expect(beginOf(noCalls)).to.equal(undefined);
    expect(msUntilAtMost(noCalls, 0, 5)).to.equal(0);
  });

  it('count each call for a minute, and for no more than a quarter of a second above that', () => {
    const window = windowOf(0, 100, 249, 250, 1000);
    expect(countOf(advance(window, 60_249))).to.equal(5);
    expect(countOf(advance(window, 60_250))).to.equal(2);
    expect(countOf(advance(window, 61_249))).to.equal(1);
    expect(countOf(advance(window, 61_250))).to.equal(0);
  });

  it('begin with the first that still counts', () => {
    const window = windowOf(100, 400, 900);
    expect(beginOf(window)).to.equal(100);
    expect(beginOf(advance(window, 60_400))).to.equal(400);
  });

  it('lose a call that did not count after all, and none twice', () => {
    const window = windowOf(0, 0, 300);
    expect(countOf(withoutCall(window, 0))).to.equal(2);
    expect(countOf(withoutCall(window, 310))).to.equal(2);
    expect(countOf(withoutCall(withoutCall(window, 300), 300))).to.equal(2);
    expect(countOf(withoutCall(window, 700))).to.equal(3);
  });

  it('can be counted from a time on, without what may lie before it', () => {
    const window = windowOf(0, 100, 300, 600);
    expect(countSince(window, 0)).to.equal(4);
    expect(countSince(window, 50)).to.equal(2);
    expect(countSince(window, 601)).to.equal(0);
  });

  it('tell when no more than so many are left', () => {
    const window = windowOf(0, 100, 1000, 2000);
    expect(msUntilAtMost(window, 4, 2000)).to.equal(0);
    expect(msUntilAtMost(window, 3, 2000)).to.equal(58_250);
    expect(msUntilAtMost(window, 2, 2000)).to.equal(58_250);
    expect(msUntilAtMost(window, 1, 2000)).to.equal(59_250);
    expect(msUntilAtMost(window, 0, 2000)).to.equal(60_250);
  });

  it('are never fewer than those of a minute, nor more than those of a minute and a quarter of a second', () => {
    const gaps = fc.array(fc.oneof(fc.nat(400), fc.nat(70_000)), { maxLength: 200 });
    fc.assert(
      fc.property(gaps, fc.nat(70_000), (steps, last) => {
        const times = steps.map((_, index) => steps.slice(0, index + 1).reduce((sum, gap) => sum + gap, 0));
        const now = (times.at(-1) ?? 0) + last;
        const counted = countOf(advance(windowOf(...times), now));
        expect(counted).to.be.at.least(times.filter((time) => time > now - 60_000).length);
        expect(counted).to.be.at.most(times.filter((time) => time > now - 60_251).length);
      }),
    );
  });

  it('are as few as was told, when that time has come', () => {
    const gaps = fc.array(fc.nat(3_000), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(gaps, fc.nat(60), (steps, most) => {
        const times = steps.map((_, index) => steps.slice(0, index + 1).reduce((sum, gap) => sum + gap, 0));
        const now = times.at(-1)!;
        const wait = msUntilAtMost(windowOf(...times), most, now);
        expect(countOf(advance(windowOf(...times), now + wait))).to.be.at.most(most);
        if (wait > 0) expect(countOf(advance(windowOf(...times), now + wait - 1))).to.be.above(most);
      }),
    );
  });
});
