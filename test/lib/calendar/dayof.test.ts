import { expect } from 'chai';
import fc from 'fast-check';
import { dayOf } from '../../../src/lib/calendar/dayof.ts';

const hourMs = 3_600_000;
const at = (text: string): number => Date.parse(text);

describe('the calendar day of a time zone', () => {
  for (const [zone, moment, name, endsInMs, why] of [
    ['UTC', '2026-11-27T00:00:00Z', '2026-11-27', 24 * hourMs, 'at its first moment'],
    ['UTC', '2026-11-27T23:59:59.999Z', '2026-11-27', 1, 'at its last millisecond'],
    ['Australia/Sydney', '2026-11-27T12:59:59Z', '2026-11-27', 1000, 'ahead of UTC'],
    ['Australia/Sydney', '2026-11-27T13:00:00Z', '2026-11-28', 24 * hourMs, 'when UTC is a day behind'],
    ['America/Los_Angeles', '2026-11-27T07:00:00Z', '2026-11-26', hourMs, 'behind UTC'],
    ['Asia/Kathmandu', '2026-11-27T18:14:00Z', '2026-11-27', 60_000, 'by a quarter of an hour'],
    [
      'Europe/Berlin',
      '2026-03-28T23:00:00Z',
      '2026-03-29',
      23 * hourMs,
      'on the day on which clocks are put forward',
    ],
    [
      'Europe/Berlin',
      '2026-10-24T22:00:00Z',
      '2026-10-25',
      25 * hourMs,
      'on the day on which clocks are put back',
    ],
    [
      'Australia/Lord_Howe',
      '2026-04-04T13:00:00Z',
      '2026-04-05',
      24.5 * hourMs,
      'where they are put back by half an hour',
    ],
    [
      'Africa/Cairo',
      '2026-04-23T22:00:00Z',
      '2026-04-24',
      23 * hourMs,
      'where the first hour of a day is left out',
    ],
    ['Pacific/Apia', '2011-12-29T10:00:00Z', '2011-12-29', 24 * hourMs, 'before a day that was left out'],
  ] as const) {
    it(`is ${name} in ${zone}, ${why}`, () => {
      expect(dayOf(zone, at(moment))).to.deep.equal({ name, endsInMs });
    });
  }

  it('throws RangeError for a zone that there is not', () => {
    expect(() => dayOf('Mars/Olympus', 0)).to.throw(RangeError);
  });

  const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
  const moments = fc.integer({ min: at('2024-01-01T00:00:00Z'), max: at('2031-01-01T00:00:00Z') });

  it('is the same one until it ends and the next one from then on, in any zone at any time', () => {
    fc.assert(
      fc.property(zones, moments, fc.double({ min: 0, max: 1, noNaN: true }), (zone, now, part) => {
        const { name, endsInMs } = dayOf(zone, now);
        expect(endsInMs).to.be.within(1, 25 * hourMs);
        expect(dayOf(zone, now + Math.floor(part * (endsInMs - 1))).name).to.equal(name);
        expect(dayOf(zone, now + endsInMs - 1)).to.deep.equal({ name, endsInMs: 1 });
        expect(dayOf(zone, now + endsInMs).name > name).to.equal(true);
      }),
      { numRuns: 300 },
    );
  });

  it('is followed by the next date, in any zone at any time', () => {
    fc.assert(
      fc.property(zones, moments, (zone, now) => {
        const { name, endsInMs } = dayOf(zone, now);
        const next = new Date(at(`${name}T00:00:00Z`) + 24 * hourMs).toISOString().slice(0, 10);
        expect(dayOf(zone, now + endsInMs).name).to.equal(next);
      }),
      { numRuns: 300 },
    );
  });
});
