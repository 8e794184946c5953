import { expect } from 'chai';
import fc from 'fast-check';
import { isTime, timeOf, writtenTime } from '../../../../src/console/api/requests/time.ts';

describe('A time in a request', () => {
  it('is read as it is written', () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date('0000-01-01T00:00:00Z'),
          max: new Date('9999-12-31T00:00:00Z'),
          noInvalidDate: true,
        }),
        (date) => {
          const text = writtenTime(date.getTime());
          expect(isTime(text)).to.equal(true);
          expect(timeOf(text)).to.equal(date.getTime());
        },
      ),
    );
  });

  for (const [text, same] of [
    ['2026-03-01T10:00:00Z', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01t10:00:00z', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01T20:00:00+10:00', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01T10:00:00.123456Z', '2026-03-01T10:00:00.123Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
  ] as const)
    it(`may be ${text}`, () => {
      expect(isTime(text)).to.equal(true);
      expect(writtenTime(timeOf(text))).to.equal(same);
    });

  for (const text of [
    ...['', 'now', '2026', '2026-03-01', '2026-03-01T10:00Z', '2026-03-01T10:00:00', '2026-03-01 10:00:00Z'],
    ...['2026-02-32T10:00:00Z', '2026-03-01T25:00:00Z', '2026-03-01T10:00:00+25:00', '1772359200000'],
  ])
    it(`is not ${text === '' ? 'empty' : text}`, () => {
      expect(isTime(text)).to.equal(false);
    });
});
