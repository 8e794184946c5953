import { expect } from 'chai';
import fc from 'fast-check';
import type { ActivityHour } from '../../../web/api/types.ts';
import { activityText, barsOf, sumsOf } from '../../../web/overview/activity.ts';

const size = { width: 480, height: 72 };
const hourOf = (counts: Partial<ActivityHour>): ActivityHour => ({
  hour: '2026-03-03T10:00:00Z',
  ...{ issued: 0, unfinished: 0, parked: 0, discarded: 0 },
  ...counts,
});
const count = fc.nat({ max: 100_000 });
const hours = fc.array(
  fc.record({ issued: count, unfinished: count, parked: count, discarded: count }).map(hourOf),
  {
    minLength: 24,
    maxLength: 24,
  },
);

describe('The chart of the last day', () => {
  it('draws every hour inside of its frame, its parts on top of one another, and as high as they count', () => {
    fc.assert(
      fc.property(hours, (day) => {
        const most = Math.max(
          1,
          ...day.map((one) => one.issued + one.unfinished + one.parked + one.discarded),
        );
        for (const { kind, x, y, width, height } of barsOf(day, size)) {
          const hour = day[Math.floor(x / 20)];
          expect(height).to.be.closeTo(((hour?.[kind] ?? 0) / most) * size.height, 1e-6);
          expect(y).to.be.within(-1e-6, size.height - height + 1e-6);
          expect(x + width).to.be.at.most(size.width);
        }
      }),
    );
  });

  it('draws nothing where nothing arrived', () => {
    expect(
      barsOf(
        Array.from({ length: 24 }, () => hourOf({})),
        size,
      ),
    ).to.deep.equal([]);
  });

  it('is told in one sentence', () => {
    const day = [hourOf({ issued: 3, parked: 1 }), hourOf({ issued: 2 })];
    expect(activityText(day)).to.equal('6 arrived in the last 24 hours: 5 issued, 1 parked.');
    expect(activityText([hourOf({})])).to.equal('Nothing arrived in the last 24 hours.');
    expect(sumsOf(day)).to.deep.equal({ issued: 5, unfinished: 0, parked: 1, discarded: 0 });
  });
});
