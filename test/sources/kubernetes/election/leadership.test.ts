import { expect } from 'chai';
import { Leadership } from '../../../../src/sources/kubernetes/election/leadership.ts';
import { FakeClock } from '../fakeclock.ts';
import { keptLog } from '../harness.ts';

/** A clock whose timers come a little too early, as those of Node do, which go by whole milliseconds. */
function hastyClock(): FakeClock {
  const clock = new FakeClock();
  const { after } = clock;
  clock.after = (ms, run) => after(ms > 1 ? ms - 0.5 : ms, run);
  return clock;
}

describe('Leadership', () => {
  it('is announced to be over by the clock alone, though nothing renews it and nobody asks', () => {
    for (const clock of [new FakeClock(), hastyClock()]) {
      const changes: boolean[] = [];
      const leadership = new Leadership({ clock, log: keptLog() });
      leadership.onChange((leading) => changes.push(leading));
      leadership.hold(clock.monotonic() + 15_000);
      clock.advance(14_999);
      expect(changes).to.deep.equal([true]);
      clock.advance(10);
      expect(changes).to.deep.equal([true, false]);
      expect(leadership.isHeld()).to.equal(false);
    }
  });
});
