import { expect } from 'chai';
import fc from 'fast-check';
import { namedMoment } from '../../../src/actions/interactions/moment.ts';

describe('The moment that a text names', () => {
  const at = Date.parse('2026-03-01T10:20:30Z');
  for (const [text, moment] of [
    ['2026-03-01 10:20:30', at],
    ['2026-03-01T10:20:30', at],
    ['2026-03-01T10:20:30Z', at],
    ['2026-03-01t10:20:30z', at],
    ['2026-03-01 10:20', at - 30_000],
    ['2026-03-01T10:20:30.250Z', at + 250],
    ['2026-03-01T10:20:30.123456', at + 123],
    ['2026-03-01T21:20:30+11:00', at],
    ['2026-03-01 21:20:30 +1100', at],
    ['2026-02-28T23:50:30-10:30', at],
    ['1772360430', at],
    ['1970-01-01 00:00:00', 0],
  ] as const)
    it(`is that of ${text}`, () => {
      expect(namedMoment(text)).to.equal(moment);
    });

  for (const text of [
    '',
    'yesterday',
    '2026-03-01',
    '01/03/2026 10:20',
    '2026-02-30 10:20:30',
    '2026-13-01 10:20:30',
    '2026-03-01 25:20:30',
    '2026-03-01 10:20:30 AEDT',
    '1772360430000',
    '12',
    '1969-12-31 23:59:59',
  ])
    it(`is none of ${JSON.stringify(text)}`, () => {
      expect(namedMoment(text)).to.equal(undefined);
    });

  it('is the same for every way of writing one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_799 }), (seconds) => {
        const iso = new Date(seconds * 1000).toISOString();
        const texts = [iso, iso.slice(0, 19).replace('T', ' '), `${iso.slice(0, 19)}+00:00`];
        expect(texts.map(namedMoment)).to.deep.equal(texts.map(() => seconds * 1000));
      }),
    );
  });
});
