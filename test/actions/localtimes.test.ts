import { expect } from 'chai';
import { LocalTimes } from '../../src/actions/localtimes.ts';

const noon = Date.parse('2026-11-23T12:00:00Z');

describe('LocalTimes', () => {
  it('writes a moment in each zone', () => {
    const times = new LocalTimes();
    for (const [zone, text] of [
      ['UTC', '2026-11-23 12:00:00'],
      ['Australia/Melbourne', '2026-11-23 23:00:00'],
      ['America/New_York', '2026-11-23 07:00:00'],
      ['UTC', '2026-11-23 12:00:00'],
    ] as const) {
      expect(times.write(noon, zone)).to.equal(text);
      expect(times.write(noon + 999, zone)).to.equal(text);
      expect(times.write(noon + 1000, zone)).to.equal(text.replace(/0$/, '1'));
    }
    expect(times.size).to.equal(3);
  });

  it('keeps few formatters, however many zones it is asked for', () => {
    const times = new LocalTimes();
    const zones = Intl.supportedValuesOf('timeZone');
    for (const zone of zones) times.write(noon, zone);
    expect(zones.length).to.be.above(200);
    expect(times.size).to.be.within(1, 64);
    expect(times.write(noon, 'Asia/Tokyo')).to.equal('2026-11-23 21:00:00');
  });
});
