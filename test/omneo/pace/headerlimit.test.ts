import { expect } from 'chai';
import fc from 'fast-check';
import {
  type Shown,
  callsPerMinuteOf,
  readThrottleHeaders,
  shownInMinute,
  shownNow,
  shownWith,
} from '../../../src/omneo/pace/headerlimit.ts';

const now = Date.UTC(2026, 0, 1);

function read(headers: Readonly<Record<string, string>>): ReturnType<typeof readThrottleHeaders> {
  return readThrottleHeaders((name) => headers[name], now);
}

describe('what an answer says about the throttle', () => {
  const limits: readonly (readonly [text: string, limit: number | undefined])[] = [
    ['1000', 1000],
    ['1', 1],
    ['0', undefined],
    ['-5', undefined],
    ['1e3', undefined],
    ['60.5', undefined],
    ['1000, 1000', undefined],
    ['1000;w=60', undefined],
    ['', undefined],
    ['NaN', undefined],
    ['9'.repeat(40), undefined],
  ];
  for (const [text, limit] of limits) {
    it(`is ${limit === undefined ? 'no limit' : `a limit of ${limit}`} by X-RateLimit-Limit ${JSON.stringify(text)}`, () => {
      expect(read({ 'x-ratelimit-limit': text }).limit).to.equal(limit);
    });
  }

  const remains: readonly (readonly [text: string, remaining: number | undefined])[] = [
    ['0', 0],
    ['59', 59],
    ['60', 60],
    ['61', undefined],
    ['-1', undefined],
    ['none', undefined],
  ];
  for (const [text, remaining] of remains) {
    it(`is ${remaining ?? 'nothing'} left of 60 by X-RateLimit-Remaining ${JSON.stringify(text)}`, () => {
      expect(read({ 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': text }).remaining).to.equal(
        remaining,
      );
    });
  }

  const pauses: readonly (readonly [text: string, seconds: number | undefined])[] = [
    ['17', 17],
    ['0', 1],
    ['86400', 3600],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30],
    ['Thu, 01 Jan 2025 00:00:00 GMT', 1],
    ['soon', undefined],
    ['-3', 1],
  ];
  for (const [text, seconds] of pauses) {
    it(`is ${seconds === undefined ? 'no pause' : `a pause of ${seconds} s`} by Retry-After ${JSON.stringify(text)}`, () => {
      const { retryAfterMs } = read({ 'retry-after': text });
      expect(retryAfterMs).to.equal(seconds === undefined ? undefined : seconds * 1000);
    });
  }

  it('is nothing without headers', () => {
    expect(read({})).to.deep.equal({ limit: undefined, remaining: undefined, retryAfterMs: undefined });
  });

  it('is within bounds whatever the headers hold', () => {
    const text = fc.oneof(
      fc.string(),
      fc.integer().map(String),
      fc.double().map(String),
      fc.date().map(String),
    );
    fc.assert(
      fc.property(text, text, text, (limitText, remainingText, retryText) => {
        const { limit, remaining, retryAfterMs } = read({
          'x-ratelimit-limit': limitText,
          'x-ratelimit-remaining': remainingText,
          'retry-after': retryText,
        });
        if (limit !== undefined) expect(limit).to.be.within(1, 999_999_999);
        if (remaining !== undefined) expect(remaining).to.be.within(0, limit ?? 999_999_999);
        if (retryAfterMs !== undefined) expect(retryAfterMs).to.be.within(1_000, 3_600_000);
      }),
    );
  });
});

describe('the limit that answers show', () => {
  const shown = (limit: number, remaining?: number) => ({ limit, remaining, retryAfterMs: undefined });

  it('is none while no answer shows one, and then a little less than that a minute', () => {
    expect(callsPerMinuteOf(undefined)).to.equal(Infinity);
    expect(callsPerMinuteOf(shownNow(undefined, 1000))).to.equal(990);
  });

  it('stays while answers show none, and follows one that changes', () => {
    const header = shownNow(undefined, 1000);
    expect(shownNow(header, undefined)).to.equal(header);
    expect(callsPerMinuteOf(shownNow(header, 2000))).to.equal(1980);
  });

  it('is forgotten after a minute in which no answer showed it', () => {
    expect(shownInMinute({ limit: 1000, windows: 1 }, undefined, 5)).to.equal(undefined);
  });

  /** After a minute of so many calls in which at least so many were left. */
  const windowsAfter = (calls: number, least: number | undefined): number | undefined =>
    shownInMinute({ limit: 20, windows: 1 }, shownWith(undefined, shown(20, least)), calls)?.windows;

  it('is for a minute as long as one or two windows of a minute explain what was left', () => {
    expect(windowsAfter(20, 0)).to.equal(1);
    expect(windowsAfter(40, 0)).to.equal(1);
    expect(windowsAfter(10, 15)).to.equal(1);
  });

  it('is for a shorter time if more calls were made than two windows had room for', () => {
    expect(windowsAfter(60, 0)).to.equal(3);
    expect(windowsAfter(60, 19)).to.equal(60);
    expect(windowsAfter(400, 0)).to.equal(20);
  });

  it('is taken for used up where nobody says what is left', () => {
    expect(windowsAfter(20, undefined)).to.equal(1);
    expect(windowsAfter(100, undefined)).to.equal(5);
  });

  it('is not taken for that of a longer time again by a quiet minute', () => {
    const header = { limit: 20, windows: 60 };
    expect(shownInMinute(header, { limit: 20, least: 10 }, 10)).to.equal(header);
  });

  it('is judged by the least that was left while it was the same', () => {
    const least = [shown(20, 7), shown(20, 12), shown(20)].reduce<Shown | undefined>(shownWith, undefined);
    expect(least).to.deep.equal({ limit: 20, least: 0 });
    expect(shownWith({ limit: 20, least: 3 }, shown(30, 9))).to.deep.equal({ limit: 30, least: 9 });
  });
});
