import { InvalidArgumentError } from 'commander';
import { expect } from 'chai';
import fc from 'fast-check';
import { timeOption } from '../../src/cli/timeoption.ts';
import { now } from './support.ts';

describe('a time as an option', () => {
  /** What one may say at noon of 27 November 2026, and what it means. */
  const meanings: readonly (readonly [text: string, meaning: string])[] = [
    ['45s', '2026-11-27T11:59:15.000Z'],
    ['90m', '2026-11-27T10:30:00.000Z'],
    ['2h', '2026-11-27T10:00:00.000Z'],
    ['3d', '2026-11-24T12:00:00.000Z'],
    ['1w', '2026-11-20T12:00:00.000Z'],
    ['0s', '2026-11-27T12:00:00.000Z'],
    ['999999w', '1970-01-01T00:00:00.000Z'],
    ['2026-11-01', '2026-11-01T00:00:00.000Z'],
    ['2026-11-01T08:30Z', '2026-11-01T08:30:00.000Z'],
    ['2026-11-01t08:30:15.250z', '2026-11-01T08:30:15.250Z'],
    ['2026-11-01T08:30:00+11:00', '2026-10-31T21:30:00.000Z'],
  ];

  for (const [text, meaning] of meanings)
    it(`means ${meaning} by ${text}`, () => {
      expect(timeOption(text, now)).to.equal(meaning);
    });

  const wrong = ['', 'h', '2', '2 h', '-2h', '2H', '1.5h', 'now', '2026-11', '2026-02-31', '2026-13-01'];
  const zoneless = [
    '2026-11-01T08:30',
    '2026-11-01T24:30Z',
    '2026-11-01T08:30+99:00',
    '27/11/2026',
    '1764244800',
  ];

  for (const text of [...wrong, ...zoneless])
    it(`is not ${JSON.stringify(text)}`, () => {
      expect(() => timeOption(text, now)).to.throw(InvalidArgumentError);
    });

  it('is RFC 3339 in UTC, or an InvalidArgumentError, whatever one types', () => {
    const near = fc.stringMatching(/^[\d:TZtz+.smhdw-]{0,25}$/);
    const property = fc.property(fc.oneof(fc.string(), near), (text) => {
      try {
        expect(timeOption(text, now)).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      } catch (error) {
        expect(error).to.be.instanceOf(InvalidArgumentError);
      }
    });
    fc.assert(property, { numRuns: 2000 });
  });

  it('gives back every moment of its own form', () => {
    const moments = fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(moments, (moment) => {
        expect(timeOption(moment.toISOString(), now)).to.equal(moment.toISOString());
      }),
    );
  });
});
