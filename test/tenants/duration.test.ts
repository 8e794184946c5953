import { expect } from 'chai';
import fc from 'fast-check';
import { milliseconds } from '../../src/tenants/duration.ts';

describe('A duration in a spec', () => {
  for (const [text, expected] of [
    ['1h', 3_600_000],
    ['12h', 43_200_000],
    ['30d', 2_592_000_000],
    ['4w', 2_419_200_000],
    ['9999w', 6_047_395_200_000],
  ] as const) {
    it(`reads ${text} as ${expected} ms`, () => {
      expect(milliseconds(text)).to.equal(expected);
    });
  }

  for (const text of [
    '',
    '0d',
    '01d',
    '-1d',
    '1.5d',
    '30',
    'd',
    '30D',
    '30m',
    '1d12h',
    ' 30d',
    '30d\n',
    '10000h',
    '1e2d',
    '३०d',
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(milliseconds(text)).to.equal(undefined);
    });
  }

  it('takes every count from 1 to 9999 of every unit, and nothing but that', () => {
    const hours = { h: 1, d: 24, w: 168 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9999 }), fc.constantFrom('h', 'd', 'w'), (count, unit) => {
        expect(milliseconds(`${count}${unit}`)).to.equal(count * hours[unit] * 3_600_000);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(milliseconds(text) !== undefined).to.equal(/^[1-9]\d{0,3}[hdw]$/.test(text));
      }),
    );
  });
});
