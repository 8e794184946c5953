import { expect } from 'chai';
import { ago, timesIn } from '../../../web/words/times.ts';

const now = Date.parse('2026-03-03T12:00:00Z');

describe('Times', () => {
  it('are written in the time zone of who reads them', () => {
    const { time, dateTime } = timesIn('en-GB', 'Australia/Melbourne');
    expect(time('2026-03-03T10:02:00Z')).to.equal('21:02');
    expect(dateTime('2026-03-03T10:02:00Z')).to.equal('3 Mar 2026, 21:02');
  });

  const past: [at: string, text: string][] = [
    ['2026-03-03T11:59:30Z', 'just now'],
    ['2026-03-03T12:00:30Z', 'just now'],
    ['2026-03-03T11:59:00Z', '1 minute ago'],
    ['2026-03-03T11:00:30Z', '59 minutes ago'],
    ['2026-03-03T11:00:00Z', '1 hour ago'],
    ['2026-03-01T13:00:00Z', '47 hours ago'],
    ['2026-03-01T12:00:00Z', '2 days ago'],
  ];
  for (const [at, text] of past)
    it(`says ${text} of ${at} at noon`, () => {
      expect(ago(at, now)).to.equal(text);
    });
});
